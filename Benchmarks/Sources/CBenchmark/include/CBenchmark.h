// What the benchmarks need of the processor itself: how fast it multiplies and adds, how fast it
// reads, and a plain LSTM to hold ours against. What the figures mean is left to Swift.

#ifndef CBENCHMARK_H
#define CBENCHMARK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// The sets of vector instructions that were compiled for this kind of processor and that this one
// has, narrowest first. Sets count from 0.
int benchmark_set_count(void);
// Such as "AVX2 and FMA".
const char *benchmark_set_name(int set);

// float32 operations a second of `threads` threads together, a multiply-add counting as two,
// measured for about `seconds`; all operands in registers. 0 where no thread could be started.
double benchmark_multiply_add_rate(int set, int threads, double seconds);

// Bytes a second that `threads` threads together read, each its own part of `bytes`, over and over
// from the start, measured for about `seconds`. 0 where no thread or no memory could be had.
double benchmark_read_rate(int set, int threads, size_t bytes, double seconds);

// One layer of an LSTM in plain loops, as anyone would write it down: no vectors but what the
// compiler makes of it, no threads.
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
