// The loops over vector instructions, between the file that defines them and the one that times them.

#ifndef CBENCHMARK_VECTORS_H
#define CBENCHMARK_VECTORS_H

#include <stddef.h>

typedef struct {
  const char *name;
  // float32 operations in one round, a multiply-add counting as two.
  size_t operations;
  // Multiplies and adds `rounds` times. Returns a sum, so that the work is not optimised away.
  float (*multiply_add)(size_t rounds);
  // Reads `count` numbers `passes` times from the start and returns their sum. `count` is a
  // multiple of 128, the numbers are aligned to 64 bytes.
  float (*read)(const float *numbers, size_t count, size_t passes);
} benchmark_vectors;

benchmark_vectors benchmark_vectors_of(int set);

#endif
