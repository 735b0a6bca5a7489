// Memory to read from: in huge pages where there are any, so that what is measured is the way to
// the memory and not the table of its pages.

#include <stdlib.h>
#include <string.h>

#include "CBenchmark.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

float *benchmark_allocate(size_t count) {
  const size_t huge = 2 << 20, page = 4 << 10;
  size_t size = count * sizeof(float);
  const size_t alignment = size >= huge ? huge : page;
  size = (size + alignment - 1) / alignment * alignment;
  void *memory = NULL;
  if (posix_memalign(&memory, alignment, size) != 0) return NULL;
#if defined(__linux__)
  if (size >= huge) madvise(memory, size, MADV_HUGEPAGE);
#endif
  memset(memory, 0, size);
  return memory;
}

void benchmark_free(float *numbers) { free(numbers); }
