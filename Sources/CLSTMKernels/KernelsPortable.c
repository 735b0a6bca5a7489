// The kernels for every processor: SSE2 on x86-64, NEON on arm64, four floats a vector.

#include "KernelSets.h"

#define LANES 4
#define KERNEL_SET lstm_portable_kernels
#define KERNEL_SET_NAME "portable"
#define LOAD_HALF(pointer) widened(pointer)
#define WORKS_AHEAD 0

#if defined(__aarch64__)
#define PANEL_VECTORS 4
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
#define PANEL_VECTORS 2
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif

/// Four numbers of half precision as floats: the bits are shifted into place, and the difference
/// of the exponents' biases is made good by a product, which is right for subnormal numbers too.
static inline __attribute__((always_inline)) float __attribute__((vector_size(16)))
widened(const uint16_t *pointer) {
  typedef float Floats __attribute__((vector_size(16)));
  typedef int32_t Bits __attribute__((vector_size(16)));
  const Bits half = {pointer[0], pointer[1], pointer[2], pointer[3]};
  const Floats size = (Floats)((half & 0x7fff) << 13) * 0x1p112f;
  return (Floats)((Bits)size | (half & 0x8000) << 16);
}

#include "LSTMKernels.inc"
