// Which kernels this processor can run, asked once; and half precision, one number at a time.

#include "KernelSets.h"

#include <string.h>

#if defined(__x86_64__)
// Both say yes only where the operating system saves the registers too.
static int runs_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("f16c");
}

static int runs_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("f16c");
}
#endif

static int runs_everywhere(void) { return 1; }

/// Every set, the fastest first, and whether this processor can run it.
static const struct {
  const lstm_kernel_set *set;
  int (*runs)(void);
} sets[] = {
#if defined(__x86_64__)
  {&lstm_avx512_kernels, runs_avx512},
  {&lstm_avx2_kernels, runs_avx2},
#endif
  {&lstm_portable_kernels, runs_everywhere},
};

const lstm_kernel_set *lstm_kernel_set_at(size_t index) {
  for (size_t place = 0; place < sizeof sets / sizeof *sets; place++) {
    if (!sets[place].runs()) continue;
    if (index-- == 0) return sets[place].set;
  }
  return NULL;
}

uint16_t lstm_half(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
  const uint32_t size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;                    // NaN
  if (size >= 0x477ff000) return sign | 0x7c00;                   // rounds beyond 65504
  if (size < 0x38800000) {                                        // subnormal: a whole number of 2^-24
    float whole;
    memcpy(&whole, &size, sizeof whole);
    const float shifted = whole + 0.5f;                           // the sum's last bit is 2^-24
    uint32_t rounded;
    memcpy(&rounded, &shifted, sizeof rounded);
    return sign | (uint16_t)(rounded - 0x3f000000);
  }
  const uint32_t tie = size >> 13 & 1;
  return sign | (uint16_t)((size - 0x38000000 + 0xfff + tie) >> 13);
}

float lstm_float(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  uint32_t bits = (uint32_t)(half & 0x7fff) << 13;
  if (bits >= 0x0f800000) {
    bits += 0x70000000;                                           // infinities and NaN
  } else {
    float size;
    memcpy(&size, &bits, sizeof size);
    size *= 0x1p112f;
    memcpy(&bits, &size, sizeof bits);
  }
  bits |= sign;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
