/* What no decoder of this machine can exceed, measured for benchmarks.ceilings: how fast memory is read, and how fast
   the kernel's own inner products go with weights and activations in the first-level cache. */
#include "../models/decoder/kernel/kernel.c"
#include <time.h>

static const int INPUTS[] = {256, 512}; /* four panels of weights take 16 or 32 KiB: one of them suits the cache better */
#define INPUTS_MOST 512
#define ROWS_MOST 64

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Reading: eight vectors at a time, each into a register of its own. */
static volatile uint64_t sink;
#define READER(name, TARGET, WIDTH, AHEAD_OF)                                                                         \
    TARGET static void name(const uint8_t *from, size_t size) {                                                       \
        typedef uint64_t vector __attribute__((vector_size(WIDTH), aligned(8), may_alias));                           \
        vector a = {0}, b = a, c = a, d = a, e = a, f = a, g = a, h = a;                                              \
        for (const uint8_t *end = from + size / (8 * WIDTH) * (8 * WIDTH); from < end; from += 8 * WIDTH) {           \
            const vector *v = (const vector *)(const void *)from;                                                     \
            for (size_t line = 0; AHEAD_OF && line < 8 * WIDTH; line += 64) FETCH(from + AHEAD_OF + line);            \
            a ^= v[0], b ^= v[1], c ^= v[2], d ^= v[3], e ^= v[4], f ^= v[5], g ^= v[6], h ^= v[7];                   \
        }                                                                                                             \
        a ^= b ^ c ^ d ^ e ^ f ^ g ^ h;                                                                               \
        sink = a[0] ^ a[1];                                                                                           \
    }
READER(read_16, , 16, 0)
READER(read_16_ahead, , 16, AHEAD)
#if defined(__x86_64__)
READER(read_32, __attribute__((target("avx2"))), 32, 0)
READER(read_32_ahead, __attribute__((target("avx2"))), 32, AHEAD)
READER(read_64, WIDE_TARGET(AVX512), 64, 0)
READER(read_64_ahead, WIDE_TARGET(AVX512), 64, AHEAD)
#endif

double bytes_per_second(const uint8_t *from, int64_t size, int32_t variant, int32_t ahead, double seconds) {
    void (*read)(const uint8_t *, size_t) = ahead ? read_16_ahead : read_16;
    (void)variant;
#if defined(__x86_64__)
    if (variant == AVX2 || variant == AVX_VNNI) read = ahead ? read_32_ahead : read_32;
    if (variant == AVX512_VNNI || variant == AMX) read = ahead ? read_64_ahead : read_64;
#endif
    const double start = now();
    double spent, times = 0;
    do read(from, (size_t)size), times++; while ((spent = now() - start) < seconds);
    return times * (double)size / spent;
}

/* Multiplying: some of a variant's inner products, by how many rows they take. */
static int8_t weights[GROUP * PANEL * INPUTS_MOST] __attribute__((aligned(64)));
static uint8_t levels[ROWS_MOST * INPUTS_MOST * PREPARED_BYTES] __attribute__((aligned(64)));
static int32_t starts[ROWS_MOST], raised[GROUP * PANEL], sums[ROWS_MOST * GROUP * PANEL];

/* One product of K inputs; returns its panels. */
static int once(int variant, int rows, int K) {
    const prepared_t x = {levels, starts};
    const size_t ld = GROUP * PANEL, inputs = (size_t)K;
    (void)inputs;
    switch (variant) {
#if defined(__x86_64__)
        case AVX2: avx2_two_rows_two_panels(weights, 128, inputs, levels, starts, raised, sums, ld, 0); return 2;
        case AVX512_VNNI:
            (rows == 6 ? avx512_rows6 : rows == 5 ? avx512_rows5 : avx512_rows4)(weights, inputs, levels, raised, sums, ld, 0);
            return GROUP;
#if HAS_NEW_INTRINSICS
        case AVX_VNNI: avxvnni_two_rows_two_panels(weights, 128, inputs, levels, starts, raised, sums, ld, 0); return 2;
        case AMX: amx_group(weights, K, &x, raised, rows, sums, ld); return GROUP;
#endif
#elif defined(__aarch64__)
        case NEON: neon_group(weights, K, &x, raised, rows, sums, ld); return GROUP;
        case NEON_DOT: dot_group(weights, K, &x, raised, rows, sums, ld); return GROUP;
#endif
        default: generic_group(weights, K, &x, raised, rows, sums, ld); return GROUP;
    }
}
enum { TRIED = 3 };
static int rows_of(int variant, int tried) {
    switch (variant) {
        case AVX2: case AVX_VNNI: return 2;
        case AVX512_VNNI: return 4 + tried;
        case AMX: return 16 << tried; /* the tiles are configured once for all of them */
        default: return 4;
    }
}

static double rate(int variant, int rows, int K, double seconds) {
    const double start = now();
    double spent, panels = 0;
    do {
        for (int i = 0; i < 100; i++) panels += once(variant, rows, K);
        sink = (uint64_t)sums[0];
    } while ((spent = now() - start) < seconds);
    return panels * PANEL * rows * K / spent;
}
double products_per_second(int32_t variant, double seconds) {
    double best = 0;
    for (size_t i = 0; i < sizeof weights; i++) weights[i] = (int8_t)(i * 2654435761u >> 13);
    for (size_t i = 0; i < sizeof levels; i++) levels[i] = (uint8_t)(i * 2246822519u >> 17 & 127);
    for (int i = 0; i < 2 * TRIED; i++) {
        const double found = rate(variant, rows_of(variant, i / 2), INPUTS[i % 2], seconds / (2 * TRIED));
        if (found > best) best = found;
    }
    return best;
}
