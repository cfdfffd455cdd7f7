// What the machine can do and Swift cannot ask for: gathering a vector's comparison into bits, and prefetching.
#ifndef SKEIN_MACHINE_H
#define SKEIN_MACHINE_H

#include <stdint.h>
#include <string.h>

struct skein_masks {
  uint64_t blanks;  // at most 0x20
  uint64_t equals;  // '='
  uint64_t quotes;  // '"' and '\''
};

#if defined(__SSE2__)
#include <emmintrin.h>

// Reads 64 bytes at `bytes`.
static inline struct skein_masks skein_masks64(const void *bytes) {
  struct skein_masks masks = {0, 0, 0};
  const __m128i blank = _mm_set1_epi8(0x20), equals = _mm_set1_epi8('='), quote = _mm_set1_epi8('"'),
                apostrophe = _mm_set1_epi8('\'');
  for (int i = 0; i < 4; i++) {
    const __m128i v = _mm_loadu_si128((const __m128i *)bytes + i);
    // Unsigned v <= 0x20: the smaller of the two is v itself.
    const uint64_t b = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(v, blank), v));
    const uint64_t e = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, equals));
    const uint64_t q = (uint32_t)_mm_movemask_epi8(
        _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, apostrophe)));
    masks.blanks |= b << (16 * i);
    masks.equals |= e << (16 * i);
    masks.quotes |= q << (16 * i);
  }
  return masks;
}

#else

// One bit for each byte whose high bit is set, gathered by a multiplication.
static inline uint64_t skein_gather(uint64_t highs) { return ((highs >> 7) * 0x0102040810204080ull) >> 56; }

// The high bit of each byte that equals the pattern's, exactly.
static inline uint64_t skein_equal8(uint64_t word, uint64_t pattern) {
  const uint64_t x = word ^ pattern;
  return ~(((x & 0x7F7F7F7F7F7F7F7Full) + 0x7F7F7F7F7F7F7F7Full) | x) & 0x8080808080808080ull;
}

static inline struct skein_masks skein_masks64(const void *bytes) {
  struct skein_masks masks = {0, 0, 0};
  for (int i = 0; i < 8; i++) {
    uint64_t word = 0;
    for (int k = 7; k >= 0; k--) word = word << 8 | ((const uint8_t *)bytes)[8 * i + k];
    const uint64_t above = ((word & 0x7F7F7F7F7F7F7F7Full) + 0x5F5F5F5F5F5F5F5Full) | word;
    masks.blanks |= skein_gather(~above & 0x8080808080808080ull) << (8 * i);
    masks.equals |= skein_gather(skein_equal8(word, 0x3D3D3D3D3D3D3D3Dull)) << (8 * i);
    masks.quotes |=
        skein_gather(skein_equal8(word, 0x2222222222222222ull) | skein_equal8(word, 0x2727272727272727ull)) << (8 * i);
  }
  return masks;
}

#endif

// Asks for `size` bytes at `address` to be brought into the cache. Never faults.
static inline void skein_prefetch(const void *address, int64_t size) {
  for (int64_t i = 0; i < size; i += 64) __builtin_prefetch((const char *)address + i);
}

// Processors that this process may run on.
int skein_processors(void);

#endif
