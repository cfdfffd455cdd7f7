// ISA-L's inflate, found when it is first needed: Debian has no static libisal, and linking the shared one would cost
// every start. Only the layout of its state is taken from its header; without the header, skein_isal_load says no.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct skein_isal {
  void *init;
  void *inflate;
  size_t state_size;
};

struct skein_isal_step {
  // Bytes of input used. At the end it can be negative: bytes of an earlier input that were read ahead.
  int64_t consumed;
  int64_t produced;
  // 0 more, 1 end of the deflate data, -1 damaged
  int status;
};

#if __has_include(<isa-l/igzip_lib.h>)
#include <dlfcn.h>
#include <isa-l/igzip_lib.h>

static inline bool skein_isal_load(struct skein_isal *api) {
  void *library = dlopen("libisal.so.2", RTLD_NOW | RTLD_LOCAL);
  if (!library) return false;
  api->init = dlsym(library, "isal_inflate_init");
  api->inflate = dlsym(library, "isal_inflate");
  api->state_size = sizeof(struct inflate_state);
  return api->init && api->inflate;
}

static inline void skein_isal_start(const struct skein_isal *api, void *memory) {
  struct inflate_state *state = memory;
  ((void (*)(struct inflate_state *))api->init)(state);
  state->crc_flag = ISAL_GZIP_NO_HDR;
}

static inline uint32_t skein_isal_checksum(const void *memory) { return ((const struct inflate_state *)memory)->crc; }

static inline struct skein_isal_step skein_isal_inflate(
    const struct skein_isal *api, void *memory, const uint8_t *in, uint32_t in_count, uint8_t *out, uint32_t out_count) {
  struct inflate_state *state = memory;
  state->next_in = (uint8_t *)in;
  state->avail_in = in_count;
  state->next_out = out;
  state->avail_out = out_count;
  int code = ((int (*)(struct inflate_state *))api->inflate)(state);
  struct skein_isal_step step;
  step.consumed = (int64_t)in_count - state->avail_in;
  step.produced = (int64_t)out_count - state->avail_out;
  step.status = code != ISAL_DECOMP_OK ? -1 : state->block_state == ISAL_BLOCK_FINISH ? 1 : 0;
  if (step.status == 1) step.consumed -= state->read_in_length / 8;
  return step;
}
#else
static inline bool skein_isal_load(struct skein_isal *api) { return false; }
static inline void skein_isal_start(const struct skein_isal *api, void *memory) {}
static inline uint32_t skein_isal_checksum(const void *memory) { return 0; }
static inline struct skein_isal_step skein_isal_inflate(
    const struct skein_isal *api, void *memory, const uint8_t *in, uint32_t in_count, uint8_t *out, uint32_t out_count) {
  struct skein_isal_step step = {0, 0, -1};
  return step;
}
#endif
