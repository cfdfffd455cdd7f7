// What a full screen owes its terminal when signals come: raw mode, and giving it back on every way out. In C, because a
// signal handler may call next to nothing, and Swift does not say what its code calls
// (docs/decisions/0016-signals-are-handled-in-c.md). One screen a process.
#ifndef SKEIN_SCREEN_H
#define SKEIN_SCREEN_H

// Opens the terminal of standard output anew, so that reading it without waiting changes nothing for others, and has it
// restored at exit and when the program crashes. Returns its descriptor, or the negative errno.
int skein_screen_open(void);

// From now on SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM and SIGHUP each put a byte, their number, into a pipe; returns the
// end to read, or the negative errno. Those that were ignored stay so. The third request to end is no longer waited for:
// it ends the program. Of `skein follow` they wait from before main on. Again, it
// changes nothing and returns the same end.
int skein_screen_signals(void);

// SIGHUP is no request to end from here on: a service reads its settings again.
void skein_screen_reload_on_hangup(void);

// Whether one of SIGINT, SIGTERM and SIGHUP has come since. For asking often.
int skein_screen_asked(void);

// What was asked is done now. Without it, a request ends the program by SIGTERM once it has run for 90 ms of processor time
// since and stands inside a block (fault.h), as a pattern that backtracks may do for minutes.
void skein_screen_taken(void);

// Takes the terminal: the other screen, no cursor, no wrapping, keys as they come. 0, or an errno; EAGAIN while the program
// is in the background.
int skein_screen_enter(void);

// Gives the terminal back as it was. Nothing if it was not taken, or if it is someone else's now. For signal handlers too.
void skein_screen_leave(void);

// Whether the terminal is taken.
int skein_screen_is_entered(void);

// The program was stopped and goes on: whatever it had set is gone.
void skein_screen_forget(void);

// Gives the terminal back and stops, as Ctrl-Z does; with `group` all of the process group. Returns when it goes on.
void skein_screen_stop(int group);

// Gives the terminal back, and signals mean what they did before.
void skein_screen_close(void);

#endif
