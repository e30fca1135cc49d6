/* AMX: a tile product is 16 rows by 16 outputs by 64 inputs, signed. Few rows, or inputs that don't fill tiles, are
   left to AVX-512. */
#define LANES 16
#define TARGET WIDE_TARGET(AVX512 TILES)
#define NAME(name) amx_##name
#include "lanes_512.h"

#define TILE_ROWS 16
#define TILE_INPUTS 64
#define LEAST_ROWS 8 /* from here on, products no longer wait for weights */

EACH int NAME(fits)(int rows, int K) { return rows >= LEAST_ROWS && K % TILE_INPUTS == 0; }

TARGET static void NAME(prepare)(const int8_t *levels, size_t stride, int rows, int K, prepared_t *x) {
    if (!NAME(fits)(rows, K)) avx512_prepare(levels, stride, rows, K, x);
    else for (int r = 0; r < rows; r++) memcpy(x->levels + (size_t)r * K, levels + r * stride, (size_t)K);
}

typedef struct { /* what ldtilecfg reads */
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} NAME(tiles);

EACH void NAME(configure)(int rows) { /* tiles 0-3 sums, 4 activations, 5 weights */
    NAME(tiles) tiles = {.palette = 1};
    for (int t = 0; t < 6; t++) tiles.row_bytes[t] = 64, tiles.rows[t] = (uint8_t)(t == 5 ? TILE_ROWS : rows);
    _tile_loadconfig(&tiles);
}

#define MULTIPLY(t) { _tile_loadd(5, w + (size_t)k / 4 * step + 64 * t, step); _tile_dpbssd(t, 4, 5); }
#define STORE(t) { _tile_stored(t, y + PANEL * t, ld * 4); }
TARGET static void NAME(rows)(const int8_t *w, size_t step, const int panels, int K, const uint8_t *x, int32_t *y, size_t ld) {
    _tile_zero(0); _tile_zero(1); _tile_zero(2); _tile_zero(3);
    for (int k = 0; k < K; k += TILE_INPUTS) {
        _tile_loadd(4, x + k, (size_t)K);
        MULTIPLY(0)
        if (panels == GROUP) { MULTIPLY(1) MULTIPLY(2) MULTIPLY(3) }
    }
    STORE(0)
    if (panels == GROUP) { STORE(1) STORE(2) STORE(3) }
}
TARGET static void NAME(panels)(const int8_t *w, size_t step, int panels, int K, const prepared_t *prepared, int rows, int32_t *y, size_t ld) {
    const uint8_t *x = prepared->levels;
    for (int n, configured = 0; rows; rows -= n, x += (size_t)n * K, y += n * ld) {
        n = rows < TILE_ROWS ? rows : TILE_ROWS;
        if (n != configured) NAME(configure)(configured = n);
        NAME(rows)(w, step, panels, K, x, y, ld);
    }
    _tile_release();
}
TARGET static void NAME(panel)(const int8_t *w, int step, int K, const prepared_t *x, const int32_t *raised, int rows, int32_t *y, size_t ld) {
    if (NAME(fits)(rows, K)) NAME(panels)(w, (size_t)step, 1, K, x, rows, y, ld);
    else avx512_panel(w, step, K, x, raised, rows, y, ld);
}
TARGET static void NAME(group)(const int8_t *w, int K, const prepared_t *x, const int32_t *raised, int rows, int32_t *y, size_t ld) {
    if (NAME(fits)(rows, K)) NAME(panels)(w, 64 * GROUP, GROUP, K, x, rows, y, ld);
    else avx512_group(w, K, x, raised, rows, y, ld);
}
#undef MULTIPLY
#undef STORE

#include "../cells.h"
#include "../draw.h"
#include "../steps.h"
