#include "http.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

// Numbers of libcurl's public interface (curl.h), which do not change within libcurl.so.4.
enum {
  OPTION_WRITEDATA = 10001,
  OPTION_URL = 10002,
  OPTION_ERRORBUFFER = 10010,
  OPTION_POSTFIELDS = 10015,
  OPTION_USERAGENT = 10018,
  OPTION_HTTPHEADER = 10023,
  OPTION_CAINFO = 10065,
  OPTION_WRITEFUNCTION = 20011,
  OPTION_POSTFIELDSIZE_LARGE = 30120,
  OPTION_POST = 47,
  OPTION_NOSIGNAL = 99,
  OPTION_TIMEOUT_MS = 155,
  OPTION_CONNECTTIMEOUT_MS = 156,
  OPTION_PROTOCOLS = 181,
  PROTOCOLS_HTTP = 3,
  INFO_RESPONSE_CODE = 0x200002,
  INFO_RETRY_AFTER = 0x600039,
  GLOBAL_ALL = 3,
};

static struct {
  int is_there;
  int (*global_init)(long);
  void *(*easy_init)(void);
  int (*easy_setopt)(void *, int, ...);
  int (*easy_perform)(void *);
  int (*easy_getinfo)(void *, int, ...);
  void (*easy_cleanup)(void *);
  const char *(*easy_strerror)(int);
  void *(*slist_append)(void *, const char *);
  void (*slist_free_all)(void *);
} curl;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return;
  *(void **)&curl.global_init = dlsym(library, "curl_global_init");
  *(void **)&curl.easy_init = dlsym(library, "curl_easy_init");
  *(void **)&curl.easy_setopt = dlsym(library, "curl_easy_setopt");
  *(void **)&curl.easy_perform = dlsym(library, "curl_easy_perform");
  *(void **)&curl.easy_getinfo = dlsym(library, "curl_easy_getinfo");
  *(void **)&curl.easy_cleanup = dlsym(library, "curl_easy_cleanup");
  *(void **)&curl.easy_strerror = dlsym(library, "curl_easy_strerror");
  *(void **)&curl.slist_append = dlsym(library, "curl_slist_append");
  *(void **)&curl.slist_free_all = dlsym(library, "curl_slist_free_all");
  if (!curl.global_init || !curl.easy_init || !curl.easy_setopt || !curl.easy_perform || !curl.easy_getinfo ||
      !curl.easy_cleanup || !curl.easy_strerror || !curl.slist_append || !curl.slist_free_all)
    return;
  curl.is_there = curl.global_init(GLOBAL_ALL) == 0;
}

int skein_http_is_available(void) {
  pthread_once(&once, load);
  return curl.is_there;
}

struct keeper {
  char *kept;
  size_t capacity, length;
};

static size_t keep(char *bytes, size_t size, size_t count, void *context) {
  struct keeper *keeper = context;
  size_t length = size * count;
  if (keeper->length < keeper->capacity) {
    size_t room = keeper->capacity - keeper->length;
    memcpy(keeper->kept + keeper->length, bytes, length < room ? length : room);
  }
  keeper->length += length;
  return length;
}

int skein_http_post(
    const char *url, const char *const *headers, size_t count, const char *body, size_t length, long timeout_ms,
    const char *ca_file, char *kept, size_t capacity, struct skein_http_answer *answer) {
  memset(answer, 0, sizeof *answer);
  if (!skein_http_is_available()) {
    answer->code = -1;
    strncpy(answer->message, "libcurl is not installed", sizeof answer->message - 1);
    return 0;
  }
  void *handle = curl.easy_init();
  void *list = NULL;
  for (size_t i = 0; handle != NULL && i < count; i++) {
    void *longer = curl.slist_append(list, headers[i]);
    if (longer == NULL) {
      curl.slist_free_all(list);
      curl.easy_cleanup(handle);
      handle = NULL;
    } else {
      list = longer;
    }
  }
  if (handle == NULL) {
    answer->code = 27;
    strncpy(answer->message, "out of memory", sizeof answer->message - 1);
    return 0;
  }
  struct keeper keeper = {kept, capacity, 0};
  char error[256] = {0};
  curl.easy_setopt(handle, OPTION_URL, url);
  curl.easy_setopt(handle, OPTION_PROTOCOLS, (long)PROTOCOLS_HTTP);
  curl.easy_setopt(handle, OPTION_HTTPHEADER, list);
  curl.easy_setopt(handle, OPTION_POST, 1L);
  curl.easy_setopt(handle, OPTION_POSTFIELDS, body);
  curl.easy_setopt(handle, OPTION_POSTFIELDSIZE_LARGE, (int64_t)length);
  curl.easy_setopt(handle, OPTION_TIMEOUT_MS, timeout_ms);
  curl.easy_setopt(handle, OPTION_CONNECTTIMEOUT_MS, timeout_ms);
  curl.easy_setopt(handle, OPTION_NOSIGNAL, 1L);
  curl.easy_setopt(handle, OPTION_USERAGENT, "skein");
  curl.easy_setopt(handle, OPTION_ERRORBUFFER, error);
  curl.easy_setopt(handle, OPTION_WRITEFUNCTION, keep);
  curl.easy_setopt(handle, OPTION_WRITEDATA, &keeper);
  if (ca_file != NULL) curl.easy_setopt(handle, OPTION_CAINFO, ca_file);
  answer->code = curl.easy_perform(handle);
  answer->length = keeper.length;
  if (answer->code == 0) {
    int64_t wait = 0;
    curl.easy_getinfo(handle, INFO_RESPONSE_CODE, &answer->status);
    if (curl.easy_getinfo(handle, INFO_RETRY_AFTER, &wait) == 0 && wait > 0) answer->retry_after = (long)wait;
  } else {
    const char *text = error[0] != 0 ? error : curl.easy_strerror(answer->code);
    strncpy(answer->message, text, sizeof answer->message - 1);
  }
  curl.slist_free_all(list);
  curl.easy_cleanup(handle);
  return answer->code == 0;
}
