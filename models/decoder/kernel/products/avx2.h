/* AVX2 has no signed product of bytes: a * w = |a| * (w or -w). With ~w = -w - 1 for -w, a bitwise operation is enough;
   the difference, the sum of |a| where a < 0, is the same for all outputs: sums start there. Pairs of products
   stay within 2 * 127 * 128 = 32512, below the 2^15 at which vpmaddubsw would saturate. */
#define LANES 8
#define TARGET __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#define NAME(name) avx2_##name
#include "lanes_256.h"

EACH void NAME(put_apart)(uint8_t *to, size_t step, __m128i two) { /* 8 bytes each: four |a|, four masks */
    _mm_storel_epi64((__m128i *)to, two);
    _mm_storel_epi64((__m128i *)(to + step), _mm_unpackhi_epi64(two, two));
}
EACH int32_t NAME(prepare_row)(const int8_t *levels, int K, uint8_t *to, size_t step) {
    __m128i missing = _mm_setzero_si128();
    for (int k = 0; k < K; k += 16, to += 4 * step) {
        const __m128i v = _mm_loadu_si128((const __m128i *)(levels + k)), size = _mm_abs_epi8(v);
        const __m128i mask = _mm_cmpgt_epi8(_mm_setzero_si128(), v);
        missing = _mm_add_epi64(missing, _mm_sad_epu8(_mm_and_si128(size, mask), _mm_setzero_si128()));
        NAME(put_apart)(to, step, _mm_unpacklo_epi32(size, mask));
        NAME(put_apart)(to + 2 * step, step, _mm_unpackhi_epi32(size, mask));
    }
    return (int32_t)(_mm_cvtsi128_si64(missing) + _mm_extract_epi64(missing, 1));
}
TARGET static void NAME(prepare)(const int8_t *levels, size_t stride, int rows, int K, prepared_t *x) {
    for (int r = 0, n; r < rows; r += n) {
        n = NAME(together)(rows, r);
        for (int i = 0; i < n; i++)
            x->start[r + i] = NAME(prepare_row)(levels + (size_t)(r + i) * stride, K, x->levels + (size_t)r * 2 * K + 8 * i, 8 * (size_t)n);
    }
}

#define ROW_BYTES 8
#define ROW(i)                                                                     \
    const __m256i size = _mm256_set1_epi32(*(const word_t *)(x + 8 * (i)));        \
    const __m256i mask = _mm256_set1_epi32(*(const word_t *)(x + 8 * (i) + 4));
#define TIMES(acc, w)                                                                                                 \
    acc = _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_maddubs_epi16(size, _mm256_xor_si256(w, mask)), _mm256_set1_epi16(1)))
#define START(row, output) _mm256_set1_epi32(start[row])
#include "width_256.h"
