// What the benchmarks need of the processor itself: how fast it multiplies and adds, how fast it
// reads, and a plain LSTM to hold ours against. Timing, threads and tables are left to Swift.

#ifndef CBENCHMARK_H
#define CBENCHMARK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// A way to use the processor's vectors.
typedef struct {
  // Such as "AVX2 and FMA".
  const char *name;
  // float32 numbers in a vector.
  int lanes;
  // Multiplies and adds `rounds` times in registers only. Returns a sum, so that the work is not
  // optimised away.
  float (*multiply_add)(size_t rounds);
  // float32 operations in one round, a multiply-add counting as two.
  size_t operations;
  // Reads `count` float32 numbers `passes` times from the start and returns their sum. `count` is
  // a multiple of 512 and `numbers` is aligned to 64 bytes.
  float (*read)(const float *numbers, size_t count, size_t passes);
} benchmark_vectors;

// The sets that were compiled for this kind of processor and that this one has, narrowest first.
// Returns how many there are; `index` counts from 0.
int benchmark_vectors_count(void);
benchmark_vectors benchmark_vectors_at(int index);

// Memory of zeros for `count` float32 numbers, aligned to a page and in huge pages where the
// system gives them; NULL where there is none. Given back with benchmark_free.
float *benchmark_allocate(size_t count);
void benchmark_free(float *numbers);

// One layer of an LSTM in three plain loops, as anyone would write it down: no vectors, no threads
// but what the compiler makes of it.
//   input_weights [I, 4H], hidden_weights [H, 4H], bias [4H]: gates i, f, g, o beside each other
//   input [T, B, I], output [T, B, H], hidden and cell [B, H]: read as start, left as end
//   scratch [4H]
void benchmark_reference_lstm(int input_size, int hidden_size, int batch, int steps,
                              const float *input_weights, const float *hidden_weights,
                              const float *bias, const float *input, float *hidden, float *cell,
                              float *output, float *scratch);

#ifdef __cplusplus
}
#endif

#endif
