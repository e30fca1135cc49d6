/* Products in 256 bits, shared by AVX2 and AVX-VNNI. A variant defines how a row's four activations are read (ROW, and
   ROW_BYTES), how they are multiplied (TIMES) and where sums start (START).
   Rows are stored in pairs, the last one alone or three together: [K/4][row][ROW_BYTES]. */
#define LOAD(p) _mm256_loadu_si256((const __m256i *)(p))
#define PUT(p, v) _mm256_storeu_si256((__m256i *)(p), v)
#define FETCH_4(p) FETCH(p), FETCH((p) + 64), FETCH((p) + 128), FETCH((p) + 192)
#define PRODUCT(name)                                                                                                 \
    TARGET static void NAME(name)(const int8_t *w, size_t step, size_t K, const uint8_t *x, const int32_t *start,     \
                                  const int32_t *raised, int32_t *y, size_t ld, size_t ahead)
#define HOLD(v) __asm__("" : "+x"(v)) /* keep it in a register: gcc would load it again for the second row */
#define EVERY_FOUR(rows) for (size_t k = 0; k < K; k += 4, w += step, x += (rows) * ROW_BYTES)

/* Accumulators are separate variables: gcc keeps an array in memory, and every iteration waits for its stores. */
PRODUCT(one_row_four_panels) {
    __m256i a = START(0, 0), b = START(0, 8), c = START(0, 16), d = START(0, 24);
    __m256i e = START(0, 32), f = START(0, 40), g = START(0, 48), h = START(0, 56);
    EVERY_FOUR(1) {
        ROW(0)
        FETCH_4(w + ahead);
        TIMES(a, LOAD(w)); TIMES(b, LOAD(w + 32)); TIMES(c, LOAD(w + 64)); TIMES(d, LOAD(w + 96));
        TIMES(e, LOAD(w + 128)); TIMES(f, LOAD(w + 160)); TIMES(g, LOAD(w + 192)); TIMES(h, LOAD(w + 224));
    }
    PUT(y, a), PUT(y + 8, b), PUT(y + 16, c), PUT(y + 24, d), PUT(y + 32, e), PUT(y + 40, f), PUT(y + 48, g), PUT(y + 56, h);
    (void)start, (void)raised, (void)ld;
}
PRODUCT(two_rows_two_panels) {
    __m256i a = START(0, 0), b = START(0, 8), c = START(0, 16), d = START(0, 24);
    __m256i e = START(1, 0), f = START(1, 8), g = START(1, 16), h = START(1, 24);
    EVERY_FOUR(2) {
        __m256i p = LOAD(w), q = LOAD(w + 32), r = LOAD(w + 64), s = LOAD(w + 96);
        HOLD(p); HOLD(q); HOLD(r); HOLD(s);
        FETCH(w + ahead), FETCH(w + ahead + 64);
        { ROW(0) TIMES(a, p); TIMES(b, q); TIMES(c, r); TIMES(d, s); }
        { ROW(1) TIMES(e, p); TIMES(f, q); TIMES(g, r); TIMES(h, s); }
    }
    PUT(y, a), PUT(y + 8, b), PUT(y + 16, c), PUT(y + 24, d), y += ld, PUT(y, e), PUT(y + 8, f), PUT(y + 16, g), PUT(y + 24, h);
    (void)start, (void)raised;
}
PRODUCT(one_row) {
    __m256i a = START(0, 0), b = START(0, 8);
    EVERY_FOUR(1) { ROW(0) TIMES(a, LOAD(w)); TIMES(b, LOAD(w + 32)); }
    PUT(y, a), PUT(y + 8, b);
    (void)start, (void)raised, (void)ld, (void)ahead;
}
PRODUCT(two_rows) {
    __m256i a = START(0, 0), b = START(0, 8), c = START(1, 0), d = START(1, 8);
    EVERY_FOUR(2) {
        const __m256i p = LOAD(w), q = LOAD(w + 32);
        { ROW(0) TIMES(a, p); TIMES(b, q); }
        { ROW(1) TIMES(c, p); TIMES(d, q); }
    }
    PUT(y, a), PUT(y + 8, b), PUT(y + ld, c), PUT(y + ld + 8, d);
    (void)start, (void)raised, (void)ahead;
}
PRODUCT(three_rows) {
    __m256i a = START(0, 0), b = START(0, 8), c = START(1, 0), d = START(1, 8), e = START(2, 0), f = START(2, 8);
    EVERY_FOUR(3) {
        const __m256i p = LOAD(w), q = LOAD(w + 32);
        { ROW(0) TIMES(a, p); TIMES(b, q); }
        { ROW(1) TIMES(c, p); TIMES(d, q); }
        { ROW(2) TIMES(e, p); TIMES(f, q); }
    }
    PUT(y, a), PUT(y + 8, b), y += ld, PUT(y, c), PUT(y + 8, d), y += ld, PUT(y, e), PUT(y + 8, f);
    (void)start, (void)raised, (void)ahead;
}

TARGET static void NAME(panel)(const int8_t *w, int step, int K, const prepared_t *x, const int32_t *raised, int rows, int32_t *y, size_t ld) {
    for (int r = 0, n; r < rows; r += n) {
        n = NAME(together)(rows, r);
        (n == 1 ? NAME(one_row) : n == 2 ? NAME(two_rows) : NAME(three_rows))(
            w, (size_t)step, (size_t)K, x->levels + (size_t)r * K / 4 * ROW_BYTES, x->start + r, raised, y + r * ld, ld, 0);
    }
}
TARGET static void NAME(group)(const int8_t *w, int K, const prepared_t *x, const int32_t *raised, int rows, int32_t *y, size_t ld) {
    const size_t row_bytes = (size_t)K / 4 * ROW_BYTES;
    if (rows == 1) {
        NAME(one_row_four_panels)(w, 256, (size_t)K, x->levels, x->start, raised, y, ld, AHEAD);
        return;
    }
    const int twos = rows & 1 ? rows - 3 : rows;
    for (int half = 0; half < 2; half++)
        for (int r = 0; r < twos; r += 2) /* the last two prefetch the next group */
            NAME(two_rows_two_panels)(w + 128 * half, 256, (size_t)K, x->levels + r * row_bytes, x->start + r, raised + 32 * half,
                                      y + r * ld + 32 * half, ld, r + 2 < twos ? 0 : (size_t)K * 64);
    for (int p = 0; p < GROUP && twos < rows; p++)
        NAME(three_rows)(w + 64 * p, 256, (size_t)K, x->levels + twos * row_bytes, x->start + twos, raised + PANEL * p,
                         y + twos * ld + PANEL * p, ld, 0);
}
#undef LOAD
#undef PUT
#undef FETCH_4
#undef PRODUCT
#undef EVERY_FOUR
#undef HOLD
#undef ROW
#undef ROW_BYTES
#undef TIMES
#undef START

#include "../cells.h"
#include "../draw.h"
#include "../steps.h"
