// Counts what a thread allocates, so that a test can say that something allocates nothing.

#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/// Whether allocations are counted here: with glibc.
int allocations_are_counted(void);

/// How many pieces of memory this thread has asked for since it began.
long allocations_of_this_thread(void);

#endif
