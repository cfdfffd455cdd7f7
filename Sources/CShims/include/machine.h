// What the machine can do and Swift cannot ask for: gathering a vector's comparisons into bits, prefetching, and the
// processors at hand.
#ifndef SKEIN_MACHINE_H
#define SKEIN_MACHINE_H

#include <pthread.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>

// Which of 64 bytes are what; bit 0 is the first. One cache line for each 64 bytes.
struct skein_masks {
  uint64_t newlines;   // '\n'
  uint64_t high;       // 0x80 and above
  uint64_t blanks;     // at most 0x20
  uint64_t equals;     // '='
  uint64_t brackets;   // ']'
  uint64_t quotes;     // '"' and '\''
  uint64_t text_ends;  // what cannot stand in a JSON string as it is: '"', '\\', below 0x20
  uint64_t telling;    // '=' that may end a key that means something: all until skein_mark_telling
};

// Fills one entry of `masks` for each 64 bytes begun, and one more with no bits; what lies behind `count` has no bits. Uses
// the widest vectors that the processor has; the result is the same with any. Returns the number of newlines.
size_t skein_scan(const void *bytes, size_t count, struct skein_masks *masks);

// Writes where the newlines are, in order; `ends` has room for one more than there are.
void skein_newlines(const struct skein_masks *masks, size_t count, uint32_t *ends);

// Sets `telling` to the '=' whose four bytes in front are not known to be dull. `endings` has 1,024 entries: the four bytes
// (the first lowest), and in bit 32 that they are dull; one stands at (bytes * 0x9E3779B1) >> 22. `masks` are those of the
// text.
void skein_mark_telling(const void *bytes, size_t count, struct skein_masks *masks, const uint64_t *endings);

// The ways to do it, for tests: 0 without vectors, 1 SSE2, 2 AVX2, 3 AVX-512. Returns whether the processor can.
int skein_scan_with(int way, const void *bytes, size_t count, struct skein_masks *masks);

// Asks for `size` bytes at `address` to be brought into the cache. Never faults.
static inline void skein_prefetch(const void *address, int64_t size) {
  for (int64_t i = 0; i < size; i += 64) __builtin_prefetch((const char *)address + i);
}

// Processors that this process may run on.
int skein_processors(void);

// A pipe whose ends close on exec from the start (pipe2). 0, or an errno.
int skein_pipe(int ends[2]);

// The child will run in `folder`. Returns 0 or an errno. Swift is not shown the call, which POSIX has since 2024 only.
int skein_spawn_in(posix_spawn_file_actions_t *actions, const char *folder);

// A counter that can be polled (eventfd), which does not wait and closes on exec; or a negative errno.
int skein_bell(void);

// Waits for `condition` for so many nanoseconds by the monotonic clock at most. 0 where it was woken before, else an errno.
int skein_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t nanoseconds);

// Lets this process have as many files open as it may ask for by itself.
void skein_raise_files(void);

// Has large blocks of memory go back to the system when they are freed. By itself glibc keeps ever larger ones, for each
// thread, and a run over many files comes to hold several times what it uses.
void skein_return_large_blocks(void);

#endif
