// What the program says when it ends by a fault of its own, and what it was reading then. In C, because a signal handler
// may call next to nothing, and Swift does not say what its code calls (docs/decisions/0028-what-ends-the-program.md).
#ifndef SKEIN_FAULT_H
#define SKEIN_FAULT_H

#include <stddef.h>
#include <stdint.h>

// Where one thread is: the block that it reads, and the line in it. `text` is null while it reads none.
struct skein_place {
  const uint8_t *text;
  uint32_t count;
  // Offset in `text` of the line, or record, at hand.
  uint32_t at;
  // Number in its file of the first line of `text`, from 1, or 0 where only the place of its first byte is known.
  int64_t first_line, first_byte;
  // Of the file, printable ASCII, with a NUL behind it.
  char path[240];
};

extern _Thread_local struct skein_place skein_here;

// From now on SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE and SIGABRT end the program with status 70 and one line on standard
// error: `version`, the file and the line that the thread was at, the signal. With SWIFT_BACKTRACE in the environment, signals
// that have a handler keep it.
void skein_fault_install(const char *version);

// A stack for this thread's handler, so that a stack that ran over can be reported. Once a thread.
void skein_fault_thread(void);

// This thread reads `text` from here on, which begins with line `first_line` of `path`, or, if that is 0, near byte
// `first_byte`. The memory has to stay until the next call.
void skein_fault_read(const char *path, int64_t first_line, int64_t first_byte, const uint8_t *text, size_t count);

// It reads nothing any more.
static inline void skein_fault_done(void) { skein_here.text = NULL; }

// The line, or record, at offset `at` of the block is next. Costs one write.
static inline void skein_fault_at(uint32_t at) { skein_here.at = at; }

// A fault writes which line it was at into the file `path` (mode 0600, created, appended to): `line <length> <hash> <signal>`
// with the length in bytes and the hash of `skein_line_hash`, in decimal. Null: nowhere.
void skein_fault_journal(const char *path);

// FNV-1a of 64 bits. Source: https://datatracker.ietf.org/doc/html/draft-eastlake-fnv-21, section 4.
uint64_t skein_line_hash(const uint8_t *line, size_t count);

#endif
