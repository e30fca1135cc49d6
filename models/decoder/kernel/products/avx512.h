/* AVX-512 VNNI: vpdpbusd multiplies unsigned by signed bytes, so 128 is added to activations; `raised` subtracts it again. */
#define LANES 16
#define TARGET WIDE_TARGET(AVX512)
#define NAME(name) avx512_##name
#include "lanes_512.h"

TARGET static void NAME(prepare)(const int8_t *levels, size_t stride, int rows, int K, prepared_t *x) {
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < K; k += 16) {
            const __m128i a = _mm_loadu_si128((const __m128i *)(levels + r * stride + k));
            _mm_storeu_si128((__m128i *)(x->levels + (size_t)r * K + k), _mm_xor_si128(a, _mm_set1_epi8(-128)));
        }
}

/* Accumulators have names: gcc keeps an array of them in memory. */
#define TIMES(acc, a, w) acc = _mm512_dpbusd_epi32(acc, a, w)
#define LOAD(p) _mm512_loadu_si512(p)
#define ACTIVATION(r) _mm512_set1_epi32(*(const word_t *)(x + (size_t)(r) * K + k))
#define START(r) __m512i a##r = s0, b##r = s1, c##r = s2, d##r = s3;
#define MULTIPLY(r) { const __m512i u = ACTIVATION(r); TIMES(a##r, u, w0); TIMES(b##r, u, w1); TIMES(c##r, u, w2); TIMES(d##r, u, w3); }
#define STORE(r) _mm512_storeu_si512(y + (r) * ld, a##r), _mm512_storeu_si512(y + (r) * ld + 16, b##r), \
                 _mm512_storeu_si512(y + (r) * ld + 32, c##r), _mm512_storeu_si512(y + (r) * ld + 48, d##r);
#define MINUS(p) _mm512_sub_epi32(_mm512_setzero_si512(), LOAD(p))
#define ROWS(n, EVERY_ROW)                                                                                            \
    TARGET static void NAME(rows##n)(const int8_t *w, size_t K, const uint8_t *x, const int32_t *raised, int32_t *y, size_t ld, size_t ahead) { \
        const __m512i s0 = MINUS(raised), s1 = MINUS(raised + 16), s2 = MINUS(raised + 32), s3 = MINUS(raised + 48);  \
        EVERY_ROW(START)                                                                                              \
        for (size_t k = 0; k < K; k += 4, w += 256) {                                                                 \
            const __m512i w0 = LOAD(w), w1 = LOAD(w + 64), w2 = LOAD(w + 128), w3 = LOAD(w + 192);                    \
            FETCH(w + ahead); FETCH(w + ahead + 64); FETCH(w + ahead + 128); FETCH(w + ahead + 192);                  \
            EVERY_ROW(MULTIPLY)                                                                                       \
        }                                                                                                             \
        EVERY_ROW(STORE)                                                                                              \
    }
#define ROWS_1(DO) DO(0)
#define ROWS_2(DO) DO(0) DO(1)
#define ROWS_3(DO) ROWS_2(DO) DO(2)
#define ROWS_4(DO) ROWS_3(DO) DO(3)
#define ROWS_5(DO) ROWS_4(DO) DO(4)
#define ROWS_6(DO) ROWS_5(DO) DO(5)
ROWS(1, ROWS_1)
ROWS(2, ROWS_2)
ROWS(3, ROWS_3)
ROWS(4, ROWS_4)
ROWS(5, ROWS_5)
ROWS(6, ROWS_6)

TARGET static void NAME(group)(const int8_t *w, int K, const prepared_t *prepared, const int32_t *raised, int rows, int32_t *y, size_t ld) {
    static void (*const some[])(const int8_t *, size_t, const uint8_t *, const int32_t *, int32_t *, size_t, size_t) = {
        NULL, NAME(rows1), NAME(rows2), NAME(rows3), NAME(rows4), NAME(rows5), NAME(rows6)};
    const uint8_t *x = prepared->levels;
    for (int blocks = (rows + 5) / 6, all = rows; blocks; blocks--) { /* of rows, as equal as possible */
        const int n = (rows + blocks - 1) / blocks;
        some[n](w, (size_t)K, x, raised, y, ld, all == 1 ? AHEAD : blocks == 1 ? (size_t)K * 64 : 0);
        rows -= n, x += (size_t)n * K, y += n * ld;
    }
}
TARGET static void NAME(panel)(const int8_t *w, int step, int K, const prepared_t *prepared, const int32_t *raised, int rows, int32_t *y, size_t ld) {
    const __m512i start = MINUS(raised);
    for (int r = 0; r < rows; r++) {
        const uint8_t *x = prepared->levels + (size_t)r * K;
        __m512i even = start, odd = _mm512_setzero_si512();
        for (int k = 0; k < K; k += 8) {
            TIMES(even, _mm512_set1_epi32(*(const word_t *)(x + k)), LOAD(w + (size_t)k / 4 * step));
            TIMES(odd, _mm512_set1_epi32(*(const word_t *)(x + k + 4)), LOAD(w + (size_t)(k / 4 + 1) * step));
        }
        _mm512_storeu_si512(y + r * ld, _mm512_add_epi32(even, odd));
    }
}
#undef TIMES
#undef LOAD
#undef ACTIVATION
#undef START
#undef MULTIPLY
#undef STORE
#undef ROWS

#include "../cells.h"
#include "../draw.h"
#include "../steps.h"
