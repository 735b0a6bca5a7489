// The loops that find the processor's limits, once for each set of vector instructions. Which of
// them the processor has is asked at run time; no compiler flag is needed.

#include "vectors.h"

#include "CBenchmark.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

// Enough sums that none waits for itself: latency (4 or 5 cycles) times issue (2 a cycle).
#define SUMS 12
#define READ_SUMS 8

// `FMADD(a, b, c)` is a * b + c. The sums settle at 1, so that nothing overflows or becomes
// subnormal however many rounds there are; none starts there, where the compiler would see it.
#define DEFINE_SET(NAME, ATTRIBUTE, VECTOR, LANES, SPREAD, LOAD, STORE, ADD, FMADD)              \
  ATTRIBUTE static float multiply_add_##NAME(size_t rounds) {                                    \
    VECTOR factor = SPREAD(0.75f), addend = SPREAD(0.25f), sums[SUMS];                           \
    for (int s = 0; s < SUMS; s++) sums[s] = SPREAD(2.0f + s);                                   \
    for (size_t round = 0; round < rounds; round++) {                                            \
      _Pragma("clang loop unroll(full)") for (int s = 0; s < SUMS; s++)                          \
          sums[s] = FMADD(sums[s], factor, addend);                                              \
    }                                                                                            \
    VECTOR sum = sums[0];                                                                        \
    for (int s = 1; s < SUMS; s++) sum = ADD(sum, sums[s]);                                      \
    float lanes[LANES], total = 0;                                                               \
    STORE(lanes, sum);                                                                           \
    for (int lane = 0; lane < LANES; lane++) total += lanes[lane];                               \
    return total;                                                                                \
  }                                                                                              \
  ATTRIBUTE static float read_##NAME(const float *numbers, size_t count, size_t passes) {        \
    VECTOR sums[READ_SUMS];                                                                      \
    for (int s = 0; s < READ_SUMS; s++) sums[s] = SPREAD(0);                                     \
    for (size_t pass = 0; pass < passes; pass++) {                                               \
      for (size_t i = 0; i < count; i += READ_SUMS * LANES) {                                    \
        _Pragma("clang loop unroll(full)") for (int s = 0; s < READ_SUMS; s++)                   \
            sums[s] = ADD(sums[s], LOAD(numbers + i + s * LANES));                               \
      }                                                                                          \
      /* Without this the passes could be folded into one. */                                    \
      __asm__ volatile("" : : "r"(numbers) : "memory");                                          \
    }                                                                                            \
    VECTOR sum = sums[0];                                                                        \
    for (int s = 1; s < READ_SUMS; s++) sum = ADD(sum, sums[s]);                                 \
    float lanes[LANES], total = 0;                                                               \
    STORE(lanes, sum);                                                                           \
    for (int lane = 0; lane < LANES; lane++) total += lanes[lane];                               \
    return total;                                                                                \
  }                                                                                              \
  static benchmark_vectors set_##NAME##_of(const char *name) {                                   \
    benchmark_vectors set = {name, 2 * SUMS * LANES, multiply_add_##NAME, read_##NAME};          \
    return set;                                                                                  \
  }

#if defined(__x86_64__)

// SSE2 multiplies and adds in two instructions.
#define SSE_FMADD(a, b, c) _mm_add_ps(_mm_mul_ps(a, b), c)
DEFINE_SET(sse2, , __m128, 4, _mm_set1_ps, _mm_load_ps, _mm_storeu_ps, _mm_add_ps, SSE_FMADD)
DEFINE_SET(avx2, __attribute__((target("avx2,fma"))), __m256, 8, _mm256_set1_ps, _mm256_load_ps,
           _mm256_storeu_ps, _mm256_add_ps, _mm256_fmadd_ps)
DEFINE_SET(avx512, __attribute__((target("avx512f"))), __m512, 16, _mm512_set1_ps, _mm512_load_ps,
           _mm512_storeu_ps, _mm512_add_ps, _mm512_fmadd_ps)

int benchmark_set_count(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
  return __builtin_cpu_supports("avx512f") ? 3 : 2;
}

benchmark_vectors benchmark_vectors_of(int set) {
  switch (set) {
    case 2: return set_avx512_of("AVX-512");
    case 1: return set_avx2_of("AVX2 and FMA");
    default: return set_sse2_of("SSE2");
  }
}

#elif defined(__aarch64__)

#define NEON_FMADD(a, b, c) vfmaq_f32(c, a, b)
DEFINE_SET(neon, , float32x4_t, 4, vdupq_n_f32, vld1q_f32, vst1q_f32, vaddq_f32, NEON_FMADD)

int benchmark_set_count(void) { return 1; }
benchmark_vectors benchmark_vectors_of(int set) {
  (void)set;
  return set_neon_of("NEON");
}

#else

#define SCALAR(a) (a)
#define SCALAR_LOAD(a) (*(a))
#define SCALAR_STORE(a, b) (*(a) = (b))
#define SCALAR_ADD(a, b) ((a) + (b))
#define SCALAR_FMADD(a, b, c) ((a) * (b) + (c))
DEFINE_SET(scalar, , float, 1, SCALAR, SCALAR_LOAD, SCALAR_STORE, SCALAR_ADD, SCALAR_FMADD)

int benchmark_set_count(void) { return 1; }
benchmark_vectors benchmark_vectors_of(int set) {
  (void)set;
  return set_scalar_of("one number at a time");
}

#endif

const char *benchmark_set_name(int set) { return benchmark_vectors_of(set).name; }
