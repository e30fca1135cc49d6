/* Products in plain C, for any processor: a last resort. */
#define LANES 4
#define TARGET
#define NAME(name) generic_##name
#include "../lanes.h"

EACH real NAME(choose)(whole is, real a, real b) { return (real)((is & (whole)a) | (~is & (whole)b)); }
#define MAX(a, b) NAME(choose)((a) > (b), a, b)
#define MIN(a, b) NAME(choose)((a) < (b), a, b)

TARGET EACH whole NAME(widened)(const int16_t *from) { return (whole){from[0], from[1], from[2], from[3]}; }
EACH void NAME(put_bytes)(int8_t *to, whole v) {
    for (int j = 0; j < LANES; j++) to[j] = (int8_t)v[j];
}

TARGET static void NAME(prepare)(const int8_t *levels, size_t stride, int rows, int K, prepared_t *x) {
    for (int r = 0; r < rows; r++) memcpy(x->levels + (size_t)r * K, levels + r * stride, (size_t)K);
}

TARGET static void NAME(panel)(const int8_t *w, int step, int K, const prepared_t *x, const int32_t *raised, int rows, int32_t *y, size_t ld) {
    (void)raised;
    for (int r = 0; r < rows; r++) {
        const int8_t *a = (const int8_t *)x->levels + (size_t)r * K, *v = w;
        int32_t sums[PANEL] = {0};
        for (int k = 0; k < K; k += 4, v += step)
            for (int o = 0; o < PANEL; o++)
                sums[o] += v[4 * o] * a[k] + v[4 * o + 1] * a[k + 1] + v[4 * o + 2] * a[k + 2] + v[4 * o + 3] * a[k + 3];
        memcpy(y + r * ld, sums, sizeof sums);
    }
}
TARGET static void NAME(group)(const int8_t *w, int K, const prepared_t *x, const int32_t *raised, int rows, int32_t *y, size_t ld) {
    for (int p = 0; p < GROUP; p++) NAME(panel)(w + 64 * p, 64 * GROUP, K, x, raised, rows, y + PANEL * p, ld);
}

#include "../cells.h"
#include "../draw.h"
#include "../steps.h"
