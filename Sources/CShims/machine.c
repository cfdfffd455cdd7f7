#define _GNU_SOURCE
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

int skein_processors(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

int skein_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }

int skein_spawn_in(posix_spawn_file_actions_t *actions, const char *folder) {
  return posix_spawn_file_actions_addchdir_np(actions, folder);
}

int skein_bell(void) {
  int bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return bell < 0 ? -errno : bell;
}

int skein_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t nanoseconds) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  int64_t end = until.tv_nsec + nanoseconds % 1000000000;
  until.tv_sec += nanoseconds / 1000000000 + end / 1000000000;
  until.tv_nsec = end % 1000000000;
  return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &until);
}

void skein_return_large_blocks(void) {
#ifdef M_MMAP_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, 512 * 1024);
#endif
}

// A way scans `windows` whole windows of 64 bytes; it returns the number of newlines.
typedef size_t scan_way(const uint8_t *bytes, size_t windows, struct skein_masks *masks);

// One bit for each byte whose high bit is set, gathered by a multiplication.
static inline uint64_t gather(uint64_t highs) { return ((highs >> 7) * 0x0102040810204080ull) >> 56; }

#define TOPS 0x8080808080808080ull
#define REST 0x7F7F7F7F7F7F7F7Full
#define ALL(byte) ((byte) * 0x0101010101010101ull)

// The high bit of each byte that equals the pattern's, and of each byte that is at most `limit` (below 0x80); exactly.
static inline uint64_t equal8(uint64_t word, uint64_t byte) {
  const uint64_t x = word ^ ALL(byte);
  return ~(((x & REST) + REST) | x) & TOPS;
}
static inline uint64_t at_most8(uint64_t word, uint64_t limit) {
  return ~(((word & REST) + ALL(0x7F - limit)) | word) & TOPS;
}

static size_t scan_plain(const uint8_t *bytes, size_t windows, struct skein_masks *masks) {
  size_t newlines = 0;
  for (size_t w = 0; w < windows; w++) {
    struct skein_masks m = {0};
    for (int i = 0; i < 8; i++) {
      uint64_t word = 0;
      for (int k = 7; k >= 0; k--) word = word << 8 | bytes[64 * w + 8 * i + k];
      const uint64_t quote = equal8(word, '"');
      m.newlines |= gather(equal8(word, '\n')) << (8 * i);
      m.high |= gather(word & TOPS) << (8 * i);
      m.blanks |= gather(at_most8(word, 0x20)) << (8 * i);
      m.equals |= gather(equal8(word, '=')) << (8 * i);
      m.brackets |= gather(equal8(word, ']')) << (8 * i);
      m.quotes |= gather(quote | equal8(word, '\'')) << (8 * i);
      m.text_ends |= gather(quote | equal8(word, '\\') | at_most8(word, 0x1F)) << (8 * i);
    }
    m.telling = m.equals;
    masks[w] = m;
    newlines += (size_t)__builtin_popcountll(m.newlines);
  }
  return newlines;
}

#if defined(__x86_64__)
#include <immintrin.h>

static size_t scan_sse2(const uint8_t *bytes, size_t windows, struct skein_masks *masks) {
  size_t newlines = 0;
  for (size_t w = 0; w < windows; w++) {
    struct skein_masks m = {0};
    for (int i = 0; i < 4; i++) {
      const __m128i v = _mm_loadu_si128((const __m128i *)(bytes + 64 * w) + i);
#define EQUAL(byte) _mm_cmpeq_epi8(v, _mm_set1_epi8(byte))
// Unsigned v <= limit: the smaller of the two is v itself.
#define AT_MOST(limit) _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(limit)), v)
#define BITS(vector) ((uint64_t)(uint32_t)_mm_movemask_epi8(vector) << (16 * i))
      const __m128i quote = EQUAL('"');
      m.newlines |= BITS(EQUAL('\n'));
      m.high |= BITS(v);
      m.blanks |= BITS(AT_MOST(0x20));
      m.equals |= BITS(EQUAL('='));
      m.brackets |= BITS(EQUAL(']'));
      m.quotes |= BITS(_mm_or_si128(quote, EQUAL('\'')));
      m.text_ends |= BITS(_mm_or_si128(_mm_or_si128(quote, EQUAL('\\')), AT_MOST(0x1F)));
#undef EQUAL
#undef AT_MOST
#undef BITS
    }
    m.telling = m.equals;
    masks[w] = m;
    newlines += (size_t)__builtin_popcountll(m.newlines);
  }
  return newlines;
}

__attribute__((target("avx2,popcnt"))) static size_t scan_avx2(
    const uint8_t *bytes, size_t windows, struct skein_masks *masks) {
  size_t newlines = 0;
  for (size_t w = 0; w < windows; w++) {
    const __m256i a = _mm256_loadu_si256((const __m256i *)(bytes + 64 * w));
    const __m256i b = _mm256_loadu_si256((const __m256i *)(bytes + 64 * w) + 1);
#define EQUAL(v, byte) _mm256_cmpeq_epi8(v, _mm256_set1_epi8(byte))
#define AT_MOST(v, limit) _mm256_cmpeq_epi8(_mm256_min_epu8(v, _mm256_set1_epi8(limit)), v)
#define BITS(x, y) \
  ((uint64_t)(uint32_t)_mm256_movemask_epi8(x) | (uint64_t)(uint32_t)_mm256_movemask_epi8(y) << 32)
    const __m256i qa = EQUAL(a, '"'), qb = EQUAL(b, '"');
    masks[w].newlines = BITS(EQUAL(a, '\n'), EQUAL(b, '\n'));
    masks[w].high = BITS(a, b);
    masks[w].blanks = BITS(AT_MOST(a, 0x20), AT_MOST(b, 0x20));
    masks[w].equals = BITS(EQUAL(a, '='), EQUAL(b, '='));
    masks[w].brackets = BITS(EQUAL(a, ']'), EQUAL(b, ']'));
    masks[w].quotes = BITS(_mm256_or_si256(qa, EQUAL(a, '\'')), _mm256_or_si256(qb, EQUAL(b, '\'')));
    masks[w].text_ends =
        BITS(_mm256_or_si256(_mm256_or_si256(qa, EQUAL(a, '\\')), AT_MOST(a, 0x1F)),
             _mm256_or_si256(_mm256_or_si256(qb, EQUAL(b, '\\')), AT_MOST(b, 0x1F)));
    masks[w].telling = masks[w].equals;
    newlines += (size_t)__builtin_popcountll(masks[w].newlines);
#undef EQUAL
#undef AT_MOST
#undef BITS
  }
  return newlines;
}

__attribute__((target("avx512f,avx512bw,popcnt"))) static size_t scan_avx512(
    const uint8_t *bytes, size_t windows, struct skein_masks *masks) {
  size_t newlines = 0;
  for (size_t w = 0; w < windows; w++) {
    const __m512i v = _mm512_loadu_si512(bytes + 64 * w);
#define EQUAL(byte) _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(byte))
#define AT_MOST(limit) _mm512_cmple_epu8_mask(v, _mm512_set1_epi8(limit))
    const uint64_t quote = EQUAL('"');
    masks[w].newlines = EQUAL('\n');
    masks[w].high = _mm512_movepi8_mask(v);
    masks[w].blanks = AT_MOST(0x20);
    masks[w].equals = EQUAL('=');
    masks[w].brackets = EQUAL(']');
    masks[w].quotes = quote | EQUAL('\'');
    masks[w].text_ends = quote | EQUAL('\\') | AT_MOST(0x1F);
    masks[w].telling = masks[w].equals;
    newlines += (size_t)__builtin_popcountll(masks[w].newlines);
#undef EQUAL
#undef AT_MOST
  }
  return newlines;
}

static scan_way *way_number(int way) {
  switch (way) {
    case 0: return scan_plain;
    case 1: return scan_sse2;
    case 2: return __builtin_cpu_supports("avx2") ? scan_avx2 : NULL;
    case 3: return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") ? scan_avx512 : NULL;
    default: return NULL;
  }
}

static scan_way *best_way(void) {
  scan_way *way = way_number(3);
  if (!way) way = way_number(2);
  return way ? way : scan_sse2;
}

#else

static scan_way *way_number(int way) { return way == 0 ? scan_plain : NULL; }
static scan_way *best_way(void) { return scan_plain; }

#endif

static size_t scan_all(scan_way *way, const uint8_t *bytes, size_t count, struct skein_masks *masks) {
  const size_t whole = count / 64;
  size_t newlines = way(bytes, whole, masks);
  if (count % 64) {
    // 0x7F is none of what is looked for.
    uint8_t last[64];
    memset(last, 0x7F, sizeof last);
    memcpy(last, bytes + 64 * whole, count % 64);
    newlines += way(last, 1, masks + whole);
  }
  memset(masks + (count + 63) / 64, 0, sizeof *masks);
  return newlines;
}

size_t skein_scan(const void *bytes, size_t count, struct skein_masks *masks) {
  // Asking the processor costs little beside a block.
  return scan_all(best_way(), bytes, count, masks);
}

int skein_scan_with(int way, const void *bytes, size_t count, struct skein_masks *masks) {
  scan_way *chosen = way_number(way);
  if (!chosen) return 0;
  scan_all(chosen, bytes, count, masks);
  return 1;
}

void skein_newlines(const struct skein_masks *masks, size_t count, uint32_t *ends) {
  const size_t windows = (count + 63) / 64;
  for (size_t w = 0; w < windows; w++) {
    uint64_t bits = masks[w].newlines;
    // Lines are mostly longer than a window: none or one ends in it, written without a branch that depends on which. (The
    // highest bit only keeps the count of zeros defined.)
    *ends = (uint32_t)(64 * w) + (uint32_t)__builtin_ctzll(bits | 1ull << 63);
    ends += bits != 0;
    for (bits &= bits - 1; __builtin_expect(bits != 0, 0); bits &= bits - 1) {
      *ends++ = (uint32_t)(64 * w) + (uint32_t)__builtin_ctzll(bits);
    }
  }
}

void skein_mark_telling(const void *bytes, size_t count, struct skein_masks *masks, const uint64_t *endings) {
  const size_t windows = (count + 63) / 64;
  for (size_t w = 0; w < windows; w++) {
    uint64_t left = masks[w].equals, telling = 0;
    while (left) {
      const uint64_t sign = left & -left;
      const size_t at = 64 * w + (size_t)__builtin_ctzll(left);
      uint32_t ending = 0;
      left ^= sign;
      if (__builtin_expect(at >= 4, 1)) memcpy(&ending, (const uint8_t *)bytes + at - 4, sizeof ending);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
      ending = __builtin_bswap32(ending);
#endif
      const uint64_t known = endings[(uint32_t)(ending * 0x9E3779B1u) >> 22];
      telling |= known != (ending | 1ull << 32) ? sign : 0;
    }
    masks[w].telling = telling;
  }
}

void skein_raise_files(void) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= files.rlim_max) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}
