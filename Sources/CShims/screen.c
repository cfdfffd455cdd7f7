#define _GNU_SOURCE
#include "screen.h"

#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <termios.h>
#include <unistd.h>

static int terminal = -1, pipe_out = -1, pipe_in = -1;
static struct termios as_it_was, raw;
static volatile sig_atomic_t is_entered, requests_to_end, hangup_reloads;

// No half frame, plain text, wrapping, the cursor, the first screen.
static const char leave_text[] = "\033[?2026l\033[0m\033[?7h\033[?25h\033[?1049l";
static const char enter_text[] = "\033[?1049h\033[?25l\033[?7l\033[0m\033[2J";

static const int told[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
enum { TOLD = sizeof told / sizeof *told, FATAL = sizeof fatal / sizeof *fatal };
static struct sigaction told_before[TOLD], fatal_before[FATAL];
static int is_installed, is_saved;

// A stack that overflowed cannot run a handler.
static char handler_stack[64 * 1024];

// Writes all of it; a terminal that takes nothing for a second gets no more.
static int write_all(const char *text, size_t count) {
  for (int tries = 0; count > 0 && tries < 10;) {
    const ssize_t written = write(terminal, text, count);
    if (written > 0) {
      text += written;
      count -= (size_t)written;
    } else if (written < 0 && errno == EAGAIN) {
      struct pollfd room = {.fd = terminal, .events = POLLOUT};
      poll(&room, 1, 100);
      tries++;
    } else if (written < 0 && errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

// The terminal of someone else's foreground must not be touched. One that controls nobody is ours.
static int is_foreground(void) {
  const pid_t group = tcgetpgrp(terminal);
  return group < 0 || group == getpgrp();
}

void skein_screen_leave(void) {
  if (!is_entered) return;
  is_entered = 0;
  if (!is_foreground()) return;
  write_all(leave_text, sizeof leave_text - 1);
  tcsetattr(terminal, TCSANOW, &as_it_was);
}

int skein_screen_is_entered(void) { return is_entered; }

void skein_screen_forget(void) { is_entered = 0; }

int skein_screen_enter(void) {
  if (is_entered) return 0;
  if (!is_foreground()) return EAGAIN;
  // Asked each time: a shell may have changed it since. What this screen itself has set is not how it was.
  struct termios now;
  if (tcgetattr(terminal, &now) != 0) return errno;
  if (!is_saved || now.c_lflag != raw.c_lflag || now.c_iflag != raw.c_iflag) as_it_was = now;
  is_saved = 1;
  raw = as_it_was;
  raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON | PARMRK);
  raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  // Before the first change, so that no signal can come in between.
  is_entered = 1;
  if (tcsetattr(terminal, TCSANOW, &raw) != 0) {
    const int failure = errno;
    is_entered = 0;
    return failure;
  }
  return write_all(enter_text, sizeof enter_text - 1);
}

// Processor time in which a request to end is taken: far more than a block of lines costs, unless a pattern backtracks in it.
enum { PATIENCE_US = 90 * 1000, AGAIN_US = 10 * 1000 };

static void end_by(int number) {
  skein_screen_leave();
  signal(number, SIG_DFL);
  raise(number);
}

// A request to end was not taken, and the thread is still inside a block: what it has of it is in no result and no
// checkpoint yet. Between two blocks it is about to be taken.
static void overdue(int number) {
  (void)number;
  if (skein_here.text != NULL) end_by(SIGTERM);
}

static void set_patience(long first, long again) {
  const struct itimerval timer = {.it_value = {.tv_usec = first}, .it_interval = {.tv_usec = again}};
  setitimer(ITIMER_PROF, &timer, NULL);
}

void skein_screen_taken(void) { set_patience(0, 0); }

void skein_screen_reload_on_hangup(void) { hangup_reloads = 1; }

static void tell(int number) {
  const int before = errno;
  if (number == SIGINT || number == SIGTERM || (number == SIGHUP && !hangup_reloads)) {
    if (++requests_to_end >= 3) end_by(number);
    if (requests_to_end == 1) set_patience(PATIENCE_US, AGAIN_US);
  }
  const unsigned char byte = (unsigned char)number;
  if (pipe_in >= 0) (void)!write(pipe_in, &byte, 1);
  errno = before;
}

// Gives the terminal back, then lets happen what would have happened without this handler.
static void crash(int number, siginfo_t *information, void *context) {
  (void)context;
  skein_screen_leave();
  for (int i = 0; i < FATAL; i++) {
    if (fatal[i] == number) sigaction(number, &fatal_before[i], NULL);
  }
  // What the processor raised comes again by itself, with its address and registers.
  if (information->si_code <= 0) raise(number);
}

int skein_screen_open(void) {
  char name[256];
  int found = -1;
  if (ttyname_r(STDOUT_FILENO, name, sizeof name) == 0) found = open(name, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (found < 0) found = open("/dev/tty", O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (found < 0) return -errno;
  struct termios attributes;
  if (tcgetattr(found, &attributes) != 0) {
    const int failure = errno;
    close(found);
    return -failure;
  }
  static int is_registered;
  if (!is_registered) is_registered = atexit(skein_screen_leave) == 0;
  terminal = found;
  return found;
}

// Following ends in order from its first moment on: before main, so that a signal that comes while the program starts waits.
__attribute__((constructor)) static void begin(int count, char **arguments) {
  if (count > 1 && strcmp(arguments[1], "follow") == 0) skein_screen_signals();
}

int skein_screen_asked(void) { return requests_to_end > 0; }

int skein_screen_signals(void) {
  if (is_installed) return pipe_out;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -errno;
  pipe_out = ends[0];
  pipe_in = ends[1];
  requests_to_end = 0;
  struct sigaction action = {.sa_handler = tell, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  const struct sigaction late = {.sa_handler = overdue, .sa_flags = SA_RESTART};
  sigaction(SIGPROF, &late, NULL);
  for (int i = 0; i < TOLD; i++) {
    sigaction(told[i], NULL, &told_before[i]);
    if (told_before[i].sa_handler != SIG_IGN) sigaction(told[i], &action, NULL);
  }
  stack_t other;
  if (sigaltstack(NULL, &other) == 0 && (other.ss_flags & SS_DISABLE)) {
    stack_t own = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
    sigaltstack(&own, NULL);
  }
  struct sigaction last = {.sa_sigaction = crash, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  sigemptyset(&last.sa_mask);
  for (int i = 0; i < FATAL; i++) sigaction(fatal[i], &last, &fatal_before[i]);
  is_installed = 1;
  return pipe_out;
}

void skein_screen_stop(int group) {
  skein_screen_leave();
  struct sigaction mine, plain = {.sa_handler = SIG_DFL};
  sigemptyset(&plain.sa_mask);
  sigaction(SIGTSTP, &plain, &mine);
  sigset_t wanted, before;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &wanted, &before);
  kill(group ? 0 : getpid(), SIGTSTP);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  sigaction(SIGTSTP, &mine, NULL);
}

void skein_screen_close(void) {
  skein_screen_leave();
  if (is_installed) {
    for (int i = 0; i < TOLD; i++) sigaction(told[i], &told_before[i], NULL);
    for (int i = 0; i < FATAL; i++) sigaction(fatal[i], &fatal_before[i], NULL);
    is_installed = 0;
  }
  const int open_ones[] = {terminal, pipe_out, pipe_in};
  terminal = pipe_out = pipe_in = -1;
  for (int i = 0; i < 3; i++) {
    if (open_ones[i] >= 0) close(open_ones[i]);
  }
}
