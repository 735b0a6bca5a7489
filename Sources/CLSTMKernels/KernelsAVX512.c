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
#define KERNEL_SET lstm_avx512_kernels
#define KERNEL_SET_NAME "avx512"
#define MULTIPLY_ADD(a, b, c) ((Vector)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
#define QUOTIENT(a, b) quotient(a, b)
#define LOAD_HALF(pointer) \
  ((Vector)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(pointer))))

/// a / b by an estimate of 1 / b and one step of Newton's method for it and for the quotient each:
/// the divider would take sixteen cycles.
static inline __attribute__((always_inline)) float __attribute__((vector_size(64)))
quotient(float __attribute__((vector_size(64))) a, float __attribute__((vector_size(64))) b) {
  __m512 reciprocal = _mm512_rcp14_ps((__m512)b);
  const __m512 error = _mm512_fnmadd_ps((__m512)b, reciprocal, _mm512_set1_ps(1));
  reciprocal = _mm512_fmadd_ps(reciprocal, error, reciprocal);
  const __m512 estimate = _mm512_mul_ps((__m512)a, reciprocal);
  const __m512 rest = _mm512_fnmadd_ps((__m512)b, estimate, (__m512)a);
  return (float __attribute__((vector_size(64))))_mm512_fmadd_ps(rest, reciprocal, estimate);
}

#include "LSTMKernels.inc"

#pragma clang attribute pop

#endif
