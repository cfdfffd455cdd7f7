#define _GNU_SOURCE
#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Thread_local struct skein_place skein_here;

static const struct {
  int number;
  const char *name;
} faults[] = {{SIGILL, "SIGILL"}, {SIGTRAP, "SIGTRAP"}, {SIGSEGV, "SIGSEGV"},
              {SIGBUS, "SIGBUS"}, {SIGFPE, "SIGFPE"},   {SIGABRT, "SIGABRT"}};
enum { FAULTS = sizeof faults / sizeof *faults, FAULT_OF_ITS_OWN = 70 };

static char program[64] = "skein";
static char journal[4096];
static volatile sig_atomic_t is_ending;

// A stack that overflowed cannot run a handler.
enum { HANDLER_STACK = 32 * 1024 };
static _Thread_local char handler_stack[HANDLER_STACK];

// Text of a fixed size that is put together without a library.
struct text {
  char bytes[1024];
  size_t count;
};

static void add(struct text *text, const char *more) {
  while (*more != 0 && text->count < sizeof text->bytes) text->bytes[text->count++] = *more++;
}

static void add_number(struct text *text, uint64_t number) {
  char digits[24];
  size_t at = sizeof digits;
  digits[--at] = 0;
  do {
    digits[--at] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  add(text, digits + at);
}

static void put(int descriptor, const struct text *text) {
  size_t at = 0;
  while (at < text->count) {
    const ssize_t written = write(descriptor, text->bytes + at, text->count - at);
    if (written > 0) {
      at += (size_t)written;
    } else if (written < 0 && errno != EINTR) {
      return;
    }
  }
}

uint64_t skein_line_hash(const uint8_t *line, size_t count) {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i < count; i++) hash = (hash ^ line[i]) * 0x100000001b3;
  return hash;
}

static void keep(const struct skein_place *here, const char *name) {
  if (journal[0] == 0 || here->text == NULL || here->at >= here->count) return;
  size_t end = here->at;
  while (end < here->count && here->text[end] != '\n') end++;
  struct text entry = {.count = 0};
  add(&entry, "line ");
  add_number(&entry, end - here->at);
  add(&entry, " ");
  add_number(&entry, skein_line_hash(here->text + here->at, end - here->at));
  add(&entry, " ");
  add(&entry, name);
  add(&entry, "\n");
  const int file = open(journal, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  if (file < 0) return;
  put(file, &entry);
  fsync(file);
  close(file);
}

static void fault(int number) {
  // One more comes while this runs, or in another thread: then without a look at the text.
  const int calls = ++is_ending;
  if (calls > 2) _exit(FAULT_OF_ITS_OWN);
  const char *name = "signal";
  for (int i = 0; i < FAULTS; i++) {
    if (faults[i].number == number) name = faults[i].name;
  }
  const struct skein_place *here = &skein_here;
  struct text message = {.count = 0};
  add(&message, program);
  add(&message, ": a fault of its own");
  if (here->text != NULL && calls == 1) {
    add(&message, " while reading ");
    add(&message, here->path);
    if (here->first_line > 0) {
      uint64_t line = (uint64_t)here->first_line;
      for (uint32_t i = 0; i < here->at && i < here->count; i++) line += here->text[i] == '\n';
      add(&message, " near line ");
      add_number(&message, line);
    } else {
      add(&message, " near byte ");
      add_number(&message, (uint64_t)here->first_byte + here->at);
    }
  }
  add(&message, " (");
  add(&message, name);
  add(&message, "); please report it, with the line if it may be shown\n");
  put(STDERR_FILENO, &message);
  if (calls == 1) keep(here, name);
  _exit(FAULT_OF_ITS_OWN);
}

void skein_fault_thread(void) {
  stack_t other;
  if (sigaltstack(NULL, &other) != 0 || !(other.ss_flags & SS_DISABLE)) return;
  stack_t own = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
  sigaltstack(&own, NULL);
}

void skein_fault_install(const char *version) {
  struct text name = {.count = 0};
  add(&name, "skein ");
  add(&name, version);
  if (name.count < sizeof program) memcpy(program, name.bytes, name.count);
  skein_fault_thread();
  struct sigaction action = {.sa_handler = fault, .sa_flags = SA_ONSTACK | SA_NODEFER};
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < FAULTS; i++) {
    struct sigaction before;
    if (sigaction(faults[i].number, NULL, &before) != 0) continue;
    // Swift's backtrace, which is there by itself, is for whoever has asked for it.
    if (before.sa_handler != SIG_DFL && getenv("SWIFT_BACKTRACE") != NULL) continue;
    sigaction(faults[i].number, &action, NULL);
  }
}

void skein_fault_read(const char *path, int64_t first_line, int64_t first_byte, const uint8_t *text, size_t count) {
  struct skein_place *here = &skein_here;
  here->text = NULL;
  size_t at = 0;
  for (; path[at] != 0 && at + 1 < sizeof here->path; at++) {
    const char byte = path[at];
    here->path[at] = byte >= 0x20 && byte < 0x7f ? byte : '?';
  }
  here->path[at] = 0;
  here->first_line = first_line;
  here->first_byte = first_byte;
  here->count = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
  here->at = 0;
  here->text = text;
}

void skein_fault_journal(const char *path) {
  journal[0] = 0;
  if (path == NULL) return;
  const size_t count = strlen(path);
  if (count >= sizeof journal) return;
  memcpy(journal, path, count + 1);
}
