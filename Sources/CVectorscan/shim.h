// Vectorscan (Hyperscan's API, version 5), found when it is first needed, as CISAL does with ISA-L: linking it would cost
// every start. Scanning needs the small libhs_runtime, which loads at once; only compiling needs libhs. Without the header
// when this is built, and without the libraries when it runs, skein_hs_load says no.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// What libhs_runtime does.
struct skein_hs {
  void *version, *valid_platform, *deserialize, *free_database, *alloc_scratch, *free_scratch, *scan;
};

// What libhs does.
struct skein_hs_compiler {
  void *version, *compile_multi, *free_error, *serialize, *free_database;
};

// Where something could match; laid out as RuleCandidate.
struct skein_hs_hit {
  uint32_t offset;  // of its last byte
  uint32_t rule;    // the number that the expression was compiled with
};

// What a scan writes to.
struct skein_hs_hits {
  struct skein_hs_hit *hits;
  size_t count, capacity;
  // The line in which each rule was seen last, by the line's number, so that each comes once a line.
  uint32_t *seen;
  uint32_t line;
  const uint8_t *bytes;
  uint64_t byte_count;
  uint64_t line_start, line_end;
};

// What compiling comes to: the serialised database (to be freed), or what is wrong with which expression (negative: with all).
struct skein_hs_compiled {
  char *bytes;
  size_t count;
  int expression;
  char message[200];
};

static inline void skein_hs_free_bytes(char *bytes) { free(bytes); }

#if __has_include(<hs/hs.h>)
#include <dlfcn.h>
#include <hs/hs.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

static inline bool skein_hs_is_known(void *version) {
  if (!version) return false;
  const char *text = ((const char *(*)(void))version)();
  return HS_MAJOR == 5 && text && text[0] == '5' && text[1] == '.';
}

static inline bool skein_hs_load(struct skein_hs *api) {
  void *library = dlopen("libhs_runtime.so.5", RTLD_NOW | RTLD_LOCAL);
  if (!library) return false;
  api->version = dlsym(library, "hs_version");
  api->valid_platform = dlsym(library, "hs_valid_platform");
  api->deserialize = dlsym(library, "hs_deserialize_database");
  api->free_database = dlsym(library, "hs_free_database");
  api->alloc_scratch = dlsym(library, "hs_alloc_scratch");
  api->free_scratch = dlsym(library, "hs_free_scratch");
  api->scan = dlsym(library, "hs_scan");
  return skein_hs_is_known(api->version) && api->valid_platform && api->deserialize && api->free_database &&
         api->alloc_scratch && api->free_scratch && api->scan &&
         ((hs_error_t (*)(void))api->valid_platform)() == HS_SUCCESS;
}

static inline bool skein_hs_load_compiler(struct skein_hs_compiler *api) {
  void *library = dlopen("libhs.so.5", RTLD_NOW | RTLD_LOCAL);
  if (!library) return false;
  api->version = dlsym(library, "hs_version");
  api->compile_multi = dlsym(library, "hs_compile_multi");
  api->free_error = dlsym(library, "hs_free_compile_error");
  api->serialize = dlsym(library, "hs_serialize_database");
  api->free_database = dlsym(library, "hs_free_database");
  return skein_hs_is_known(api->version) && api->compile_multi && api->free_error && api->serialize &&
         api->free_database;
}

static inline const char *skein_hs_version(const struct skein_hs *api) {
  return ((const char *(*)(void))api->version)();
}

// What the processor can do, as far as a database is made for it: two machines with the same number take the same.
static inline uint64_t skein_hs_processor(void) {
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0, ext_b = 0, ext_c = 0;
  __get_cpuid(1, &a, &b, &c, &d);
  __get_cpuid_count(7, 0, &a, &ext_b, &ext_c, &d);
  return (uint64_t)(ext_b ^ (c << 7)) << 32 | (ext_c ^ c);
#else
  return 0;
#endif
}

static inline struct skein_hs_compiled skein_hs_compile(
    const struct skein_hs_compiler *api, const char *const *expressions, const unsigned *flags, const unsigned *rules,
    unsigned count) {
  struct skein_hs_compiled result;
  memset(&result, 0, sizeof result);
  result.expression = -1;
  hs_database_t *database = NULL;
  hs_compile_error_t *error = NULL;
  hs_error_t code =
      ((hs_error_t (*)(const char *const *, const unsigned *, const unsigned *, unsigned, unsigned,
                       const hs_platform_info_t *, hs_database_t **, hs_compile_error_t **))api->compile_multi)(
          expressions, flags, rules, count, HS_MODE_BLOCK, NULL, &database, &error);
  if (code == HS_SUCCESS) {
    code = ((hs_error_t (*)(const hs_database_t *, char **, size_t *))api->serialize)(
        database, &result.bytes, &result.count);
    if (code != HS_SUCCESS) result.bytes = NULL;
  } else if (error) {
    result.expression = error->expression;
    if (error->message) strncpy(result.message, error->message, sizeof result.message - 1);
  }
  if (error) ((hs_error_t (*)(hs_compile_error_t *))api->free_error)(error);
  if (database) ((hs_error_t (*)(hs_database_t *))api->free_database)(database);
  return result;
}

// Null where the bytes are no database for this version and processor.
static inline void *skein_hs_database(const struct skein_hs *api, const void *bytes, size_t count) {
  hs_database_t *database = NULL;
  hs_error_t code = ((hs_error_t (*)(const char *, size_t, hs_database_t **))api->deserialize)(bytes, count, &database);
  return code == HS_SUCCESS ? database : NULL;
}

static inline void skein_hs_free_database(const struct skein_hs *api, void *database) {
  ((hs_error_t (*)(hs_database_t *))api->free_database)(database);
}

static inline void *skein_hs_scratch(const struct skein_hs *api, const void *database) {
  hs_scratch_t *scratch = NULL;
  hs_error_t code = ((hs_error_t (*)(const hs_database_t *, hs_scratch_t **))api->alloc_scratch)(database, &scratch);
  return code == HS_SUCCESS ? scratch : NULL;
}

static inline void skein_hs_free_scratch(const struct skein_hs *api, void *scratch) {
  ((hs_error_t (*)(hs_scratch_t *))api->free_scratch)(scratch);
}

static inline int skein_hs_note(
    unsigned rule, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
  struct skein_hs_hits *out = context;
  uint64_t at = to ? to - 1 : 0;
  if (at < out->line_start || at >= out->line_end) {
    const uint8_t *end = at < out->byte_count ? memchr(out->bytes + at, '\n', out->byte_count - at) : NULL;
    out->line_start = at;
    out->line_end = end ? (uint64_t)(end - out->bytes) + 1 : out->byte_count + 1;
    out->line += 1;
  }
  if (out->seen[rule] == out->line) return 0;
  out->seen[rule] = out->line;
  if (out->count == out->capacity) return 1;
  out->hits[out->count].offset = (uint32_t)at;
  out->hits[out->count].rule = rule;
  out->count += 1;
  return 0;
}

// 0 done, 1 there was no room for more hits, -1 it cannot be done.
static inline int skein_hs_scan(
    const struct skein_hs *api, const void *database, const uint8_t *bytes, uint32_t count, void *scratch,
    struct skein_hs_hits *out) {
  out->bytes = bytes;
  out->byte_count = count;
  out->line_start = 1;
  out->line_end = 0;
  hs_error_t code = ((hs_error_t (*)(const hs_database_t *, const char *, unsigned, unsigned, hs_scratch_t *,
                                     match_event_handler, void *))api->scan)(
      database, (const char *)bytes, count, 0, scratch, skein_hs_note, out);
  return code == HS_SUCCESS ? 0 : code == HS_SCAN_TERMINATED ? 1 : -1;
}

#define SKEIN_HS_PREFILTER HS_FLAG_PREFILTER
#else
#define SKEIN_HS_PREFILTER 128
static inline bool skein_hs_load(struct skein_hs *api) { return false; }
static inline bool skein_hs_load_compiler(struct skein_hs_compiler *api) { return false; }
static inline const char *skein_hs_version(const struct skein_hs *api) { return ""; }
static inline uint64_t skein_hs_processor(void) { return 0; }
static inline struct skein_hs_compiled skein_hs_compile(
    const struct skein_hs_compiler *api, const char *const *expressions, const unsigned *flags, const unsigned *rules,
    unsigned count) {
  struct skein_hs_compiled result;
  memset(&result, 0, sizeof result);
  result.expression = -1;
  return result;
}
static inline void *skein_hs_database(const struct skein_hs *api, const void *bytes, size_t count) { return NULL; }
static inline void skein_hs_free_database(const struct skein_hs *api, void *database) {}
static inline void *skein_hs_scratch(const struct skein_hs *api, const void *database) { return NULL; }
static inline void skein_hs_free_scratch(const struct skein_hs *api, void *scratch) {}
static inline int skein_hs_scan(
    const struct skein_hs *api, const void *database, const uint8_t *bytes, uint32_t count, void *scratch,
    struct skein_hs_hits *out) {
  return -1;
}
#endif
