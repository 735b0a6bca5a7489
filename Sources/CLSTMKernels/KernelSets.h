// The kernel sets that exist; each is the source LSTMKernels.inc, compiled for one vector width.

#ifndef KERNEL_SETS_H
#define KERNEL_SETS_H

#include "CLSTMKernels.h"

extern const lstm_kernel_set lstm_portable_kernels;
#if defined(__x86_64__)
extern const lstm_kernel_set lstm_avx2_kernels;
extern const lstm_kernel_set lstm_avx512_kernels;
#endif

#endif
