/* NEON: signed products of 16 bytes, included twice: DOT(acc, w, v) adds four products to each of four sums. */
#define LANES 4
#include "../lanes.h"
#define MAX(a, b) (real)vmaxq_f32((float32x4_t)(a), (float32x4_t)(b))
#define MIN(a, b) (real)vminq_f32((float32x4_t)(a), (float32x4_t)(b))

EACH whole NAME(widened)(const int16_t *from) { return (whole)vmovl_s16(vld1_s16(from)); }
EACH void NAME(put_bytes)(int8_t *to, whole v) {
    for (int j = 0; j < LANES; j++) to[j] = (int8_t)v[j];
}
TARGET static void NAME(prepare)(const int8_t *levels, size_t stride, int rows, int K, prepared_t *x) {
    for (int r = 0; r < rows; r++) memcpy(x->levels + (size_t)r * K, levels + r * stride, (size_t)K);
}

#define LOAD(p) vld1q_s8(p)
#define PUT(p, v) vst1q_s32(p, v)
#define FOUR(r) const int8x16_t v = vreinterpretq_s8_s32(vdupq_n_s32(*(const word_t *)(x + (size_t)(r) * K + k)));
#define START(r) int32x4_t a##r = vdupq_n_s32(0), b##r = a##r, c##r = a##r, d##r = a##r;
#define MULTIPLY(r) { FOUR(r) a##r = DOT(a##r, w0, v); b##r = DOT(b##r, w1, v); c##r = DOT(c##r, w2, v); d##r = DOT(d##r, w3, v); }
#define STORE(r) PUT(y + (r) * ld, a##r), PUT(y + (r) * ld + 4, b##r), PUT(y + (r) * ld + 8, c##r), PUT(y + (r) * ld + 12, d##r);
#define ROWS(n, EVERY_ROW)                                                                                            \
    TARGET static void NAME(rows##n)(const int8_t *w, size_t step, size_t K, const uint8_t *x, int32_t *y, size_t ld) { \
        EVERY_ROW(START)                                                                                              \
        for (size_t k = 0; k < K; k += 4, w += step) {                                                                \
            const int8x16_t w0 = LOAD(w), w1 = LOAD(w + 16), w2 = LOAD(w + 32), w3 = LOAD(w + 48);                    \
            EVERY_ROW(MULTIPLY)                                                                                       \
        }                                                                                                             \
        EVERY_ROW(STORE)                                                                                              \
        (void)ld;                                                                                                     \
    }
#define ROWS_1(DO) DO(0)
#define ROWS_2(DO) DO(0) DO(1)
#define ROWS_4(DO) DO(0) DO(1) DO(2) DO(3)
ROWS(1, ROWS_1)
ROWS(2, ROWS_2)
ROWS(4, ROWS_4)

TARGET static void NAME(panel)(const int8_t *w, int step, int K, const prepared_t *prepared, const int32_t *raised, int rows, int32_t *y, size_t ld) {
    const uint8_t *x = prepared->levels;
    for (int n; rows; rows -= n, x += (size_t)n * K, y += n * ld) {
        n = rows >= 4 ? 4 : rows >= 2 ? 2 : 1;
        (n == 4 ? NAME(rows4) : n == 2 ? NAME(rows2) : NAME(rows1))(w, (size_t)step, (size_t)K, x, y, ld);
    }
    (void)raised;
}
/* One row reads all four panels at once, sequentially. */
TARGET static void NAME(one_row_four_panels)(const int8_t *w, size_t K, const uint8_t *x, int32_t *y) {
    ROWS_4(START)
    for (size_t k = 0; k < K; k += 4, w += 256) {
        FOUR(0)
        FETCH(w + AHEAD), FETCH(w + AHEAD + 64), FETCH(w + AHEAD + 128), FETCH(w + AHEAD + 192);
#define PANEL_OF(p) \
        a##p = DOT(a##p, LOAD(w + 64 * p), v), b##p = DOT(b##p, LOAD(w + 64 * p + 16), v), \
        c##p = DOT(c##p, LOAD(w + 64 * p + 32), v), d##p = DOT(d##p, LOAD(w + 64 * p + 48), v);
        ROWS_4(PANEL_OF)
    }
    const size_t ld = PANEL;
    ROWS_4(STORE)
}
TARGET static void NAME(group)(const int8_t *w, int K, const prepared_t *x, const int32_t *raised, int rows, int32_t *y, size_t ld) {
    if (rows == 1) NAME(one_row_four_panels)(w, (size_t)K, x->levels, y);
    else for (int p = 0; p < GROUP; p++) NAME(panel)(w + 64 * p, 256, K, x, raised, rows, y + PANEL * p, ld);
}
#undef LOAD
#undef PUT
#undef FOUR
#undef START
#undef MULTIPLY
#undef STORE
#undef ROWS
#undef ROWS_1
#undef ROWS_2
#undef ROWS_4
#undef PANEL_OF
#undef DOT

#include "../cells.h"
#include "../draw.h"
#include "../steps.h"
