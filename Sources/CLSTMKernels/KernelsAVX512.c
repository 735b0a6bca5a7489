// The kernels for x86-64 processors with AVX-512 F: sixteen floats a vector, 32 registers.

#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "KernelSets.h"

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma,f16c"))), apply_to = function)

#define LANES 16
#define PANEL_VECTORS 4
#define WORKS_AHEAD 1
#define KERNEL_SET lstm_avx512_kernels
#define KERNEL_SET_NAME "avx512"
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#define LOAD_HALF(pointer) \
  __builtin_bit_cast(Vector, _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(pointer))))

#include "LSTMKernels.inc"

#pragma clang attribute pop

#endif
