#include "../lanes.h"
#define MAX(a, b) (real)_mm512_max_ps((__m512)(a), (__m512)(b))
#define MIN(a, b) (real)_mm512_min_ps((__m512)(a), (__m512)(b))
#define COMPACT NAME(pick_between)

EACH whole NAME(widened)(const int16_t *from) { return (whole)_mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i *)from)); }
EACH void NAME(put_bytes)(int8_t *to, whole v) { _mm_storeu_si128((__m128i *)to, _mm512_cvtepi32_epi8((__m512i)v)); }
EACH int NAME(pick_between)(int32_t *to, whole v, int32_t low, int32_t high) {
    const __mmask16 above = _mm512_cmpge_epi32_mask((__m512i)v, _mm512_set1_epi32(low));
    const __mmask16 in = _mm512_mask_cmple_epi32_mask(above, (__m512i)v, _mm512_set1_epi32(high));
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(in, (__m512i)v));
    return __builtin_popcount(in);
}
