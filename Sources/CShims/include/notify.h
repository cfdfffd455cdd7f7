// What systemd is told. In C, because a socket's address is a union of bytes.
#ifndef SKEIN_NOTIFY_H
#define SKEIN_NOTIFY_H

// Sends `text` as one datagram to the socket `name`: a path, or an abstract name after '@'. 0, or a negative errno. Does not
// wait.
int skein_notify(const char *name, const char *text);

#endif
