// The processor's limits as rates: threads that start together run a loop for a while, each counts
// its own work over its own time, and the rates add up.

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CBenchmark.h"
#include "vectors.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#define MOST_THREADS 64

typedef struct {
  benchmark_vectors vectors;
  size_t bytes;  // of each thread; 0 for multiply-adds
  double seconds;
  atomic_int *waiting;
  double rate;
  float sum;
} task;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// In huge pages where there are any, so that what is measured is the way to the memory and not the
// table of its pages.
static float *allocate(size_t bytes) {
  const size_t huge = 2 << 20, page = 4 << 10;
  const size_t alignment = bytes >= huge ? huge : page;
  void *memory = NULL;
  if (posix_memalign(&memory, alignment, bytes) != 0) return NULL;
#if defined(__linux__)
  if (bytes >= huge) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  memset(memory, 0, bytes);
  return memory;
}

static void *run(void *argument) {
  task *own = argument;
  const size_t count = own->bytes / sizeof(float) / 128 * 128;
  float *numbers = NULL;
  if (own->bytes > 0) {
    numbers = allocate(own->bytes);
    if (numbers != NULL) own->sum += own->vectors.read(numbers, count, 1);
  }
  atomic_fetch_sub(own->waiting, 1);
  while (atomic_load(own->waiting) > 0) sched_yield();
  if (own->bytes > 0 && numbers == NULL) return NULL;

  const size_t passes = own->bytes < (1 << 20) ? (1 << 20) / (own->bytes + 1) + 1 : 1;
  const double start = now();
  double work = 0, elapsed = 0;
  while (elapsed < own->seconds) {
    if (numbers == NULL) {
      own->sum += own->vectors.multiply_add(10000);
      work += 10000.0 * (double)own->vectors.operations;
    } else {
      own->sum += own->vectors.read(numbers, count, passes);
      work += (double)passes * (double)(count * sizeof(float));
    }
    elapsed = now() - start;
  }
  own->rate = work / elapsed;
  free(numbers);
  return NULL;
}

static double rate(int set, int threads, size_t bytes, double seconds) {
  if (threads < 1) threads = 1;
  if (threads > MOST_THREADS) threads = MOST_THREADS;
  pthread_t started[MOST_THREADS];
  task tasks[MOST_THREADS];
  atomic_int waiting = threads;
  int count = 0;
  for (int i = 0; i < threads; i++) {
    tasks[i] = (task){benchmark_vectors_of(set), bytes, seconds, &waiting, 0, 0};
    if (pthread_create(&started[count], NULL, run, &tasks[i]) == 0) {
      count++;
    } else {
      atomic_fetch_sub(&waiting, 1);
    }
  }
  for (int i = 0; i < count; i++) pthread_join(started[i], NULL);
  double sum = 0;
  for (int i = 0; i < threads; i++) sum += tasks[i].rate;
  return sum;
}

double benchmark_multiply_add_rate(int set, int threads, double seconds) {
  return rate(set, threads, 0, seconds);
}

double benchmark_read_rate(int set, int threads, size_t bytes, double seconds) {
  const size_t least = 512;  // the loops read so many bytes at a time
  size_t each = bytes / (size_t)(threads < 1 ? 1 : threads);
  return rate(set, threads, each < least ? least : each, seconds);
}
