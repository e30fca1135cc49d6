#include "../lanes.h"
#define MAX(a, b) (real)_mm256_max_ps((__m256)(a), (__m256)(b))
#define MIN(a, b) (real)_mm256_min_ps((__m256)(a), (__m256)(b))

EACH whole NAME(widened)(const int16_t *from) { return (whole)_mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)from)); }
EACH void NAME(put_bytes)(int8_t *to, whole v) {
    const __m256i last = _mm256_srai_epi32(_mm256_slli_epi32((__m256i)v, 24), 24);
    const __m128i pairs = _mm_packs_epi32(_mm256_castsi256_si128(last), _mm256_extracti128_si256(last, 1));
    _mm_storel_epi64((__m128i *)to, _mm_packs_epi16(pairs, pairs));
}
EACH int NAME(together)(int rows, int r) { return rows - r == 3 ? 3 : rows - r == 1 ? 1 : 2; } /* rows from r on */
