// The kernels for x86-64 processors with AVX2, FMA and F16C: eight floats a vector.

#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "KernelSets.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define LANES 8
#define PANEL_VECTORS 2
#define WORKS_AHEAD 0  // with sixteen registers it was slower
#define KERNEL_SET lstm_avx2_kernels
#define KERNEL_SET_NAME "avx2"
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#define LOAD_HALF(pointer) __builtin_bit_cast(Vector, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(pointer))))

#include "LSTMKernels.inc"

#pragma clang attribute pop

#endif
