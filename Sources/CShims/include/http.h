// HTTPS to the outside, by the system's libcurl. In C, because curl_easy_setopt takes any type of argument.
#ifndef SKEIN_HTTP_H
#define SKEIN_HTTP_H

#include <stddef.h>

struct skein_http_answer {
  // Of libcurl; 0 where an answer came.
  int code;
  // Of HTTP.
  long status;
  // Seconds that the server asks to wait (`Retry-After`); 0 where it does not.
  long retry_after;
  // Bytes of the answer, of which `capacity` at most were kept.
  size_t length;
  // What went wrong, for people; ends with 0.
  char message[256];
};

// Loads libcurl. 1 if it is there. For any thread; loads once.
int skein_http_is_available(void);

// Posts `body` and waits, `timeout_ms` at most. Redirects are not followed; http and https alone. 1 if an answer came.
//   headers: `Name: value`, `count` of them.
//   ca_file: certificates to trust in place of the system's; NULL for those.
int skein_http_post(
    const char *url, const char *const *headers, size_t count, const char *body, size_t length, long timeout_ms,
    const char *ca_file, char *kept, size_t capacity, struct skein_http_answer *answer);

#endif
