// Takes the place of glibc's allocation functions in the test program, counts, and calls them.

#include "AllocationCounter.h"

#include <stddef.h>

#if defined(__GLIBC__) || defined(__linux__)
#include <features.h>
#endif

static _Thread_local long count;

long allocations_of_this_thread(void) { return count; }

#if defined(__GLIBC__)

int allocations_are_counted(void) { return 1; }

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) { return count++, __libc_malloc(size); }
void *calloc(size_t number, size_t size) { return count++, __libc_calloc(number, size); }
void *realloc(void *pointer, size_t size) { return count++, __libc_realloc(pointer, size); }
void *aligned_alloc(size_t alignment, size_t size) {
  return count++, __libc_memalign(alignment, size);
}
int posix_memalign(void **pointer, size_t alignment, size_t size) {
  count++;
  *pointer = __libc_memalign(alignment, size);
  return *pointer == NULL ? 12 /* ENOMEM */ : 0;
}

#else

int allocations_are_counted(void) { return 0; }

#endif
