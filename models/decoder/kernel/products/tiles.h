/* AMX's tiles; with TILES_IN_C, in plain C, so that their users can be tested on processors without them. */
#ifndef TILES_IN_C
#define TILES ",amx-tile,amx-int8"
#define TILES_AVAILABLE(found) (found)
#else
#define TILES ""
#define TILES_AVAILABLE(found) 1
static struct { uint8_t palette, start_row, reserved[14]; uint16_t row_bytes[16]; uint8_t rows[16]; } tile_config;
static uint8_t tile[8][16][64];

static void tile_load(int t, const void *from, size_t step) {
    memset(tile[t], 0, sizeof tile[t]);
    for (int r = 0; r < tile_config.rows[t]; r++) memcpy(tile[t][r], (const uint8_t *)from + r * step, tile_config.row_bytes[t]);
}
static void tile_store(int t, void *to, size_t step) {
    for (int r = 0; r < tile_config.rows[t]; r++) memcpy((uint8_t *)to + r * step, tile[t][r], tile_config.row_bytes[t]);
}
static void tile_dot(int c, int a, int b) { /* Intel 64 and IA-32 Architectures Software Developer's Manual, TDPBSSD */
    for (int m = 0; m < tile_config.rows[c]; m++)
        for (int n = 0; n < tile_config.row_bytes[c] / 4; n++) {
            int32_t sum;
            memcpy(&sum, tile[c][m] + 4 * n, 4);
            for (int k = 0; k < tile_config.row_bytes[a] / 4; k++)
                for (int i = 0; i < 4; i++) sum += (int8_t)tile[a][m][4 * k + i] * (int8_t)tile[b][k][4 * n + i];
            memcpy(tile[c][m] + 4 * n, &sum, 4);
        }
}
#undef _tile_loadd
#undef _tile_stored
#undef _tile_dpbssd
#undef _tile_zero
#define _tile_loadconfig(from) memcpy(&tile_config, from, sizeof tile_config)
#define _tile_release() memset(&tile_config, 0, sizeof tile_config)
#define _tile_loadd tile_load
#define _tile_stored tile_store
#define _tile_dpbssd tile_dot
#define _tile_zero(t) memset(tile[t], 0, sizeof tile[t])
#endif
