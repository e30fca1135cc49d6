/* What no decoder of this machine can exceed, measured for benchmarks.ceilings: how fast memory is read, and how fast
   the kernel's own inner products go with weights and activations in the first-level cache. */
#include "../models/decoder/kernel/kernel.c"
#include <time.h>

#define INPUTS 256 /* weights of four panels then take 16 KiB, half of the smallest cache */
#define ROWS_MOST 16

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
static int8_t weights[GROUP * PANEL * INPUTS] __attribute__((aligned(64)));
static uint8_t levels[ROWS_MOST * INPUTS * PREPARED_BYTES] __attribute__((aligned(64)));
static int32_t starts[ROWS_MOST], raised[GROUP * PANEL], sums[ROWS_MOST * GROUP * PANEL];

static void once(int variant, int rows) {
    const prepared_t x = {levels, starts};
    const size_t ld = GROUP * PANEL;
    switch (variant) {
#if defined(__x86_64__)
        case AVX2: /* two panels after the other two */
            for (int half = 0; half < 2; half++)
                avx2_two_rows_two_panels(weights + half * 32 * INPUTS, 128, INPUTS, levels, starts, raised, sums, ld, 0);
            break;
        case AVX512_VNNI: (rows == 6 ? avx512_rows6 : rows == 5 ? avx512_rows5 : avx512_rows4)(weights, INPUTS, levels, raised, sums, ld, 0); break;
#if HAS_NEW_INTRINSICS
        case AVX_VNNI:
            for (int half = 0; half < 2; half++)
                avxvnni_two_rows_two_panels(weights + half * 32 * INPUTS, 128, INPUTS, levels, starts, raised, sums, ld, 0);
            break;
        case AMX: amx_group(weights, INPUTS, &x, raised, rows, sums, ld); break;
#endif
#elif defined(__aarch64__)
        case NEON: neon_group(weights, INPUTS, &x, raised, rows, sums, ld); break;
        case NEON_DOT: dot_group(weights, INPUTS, &x, raised, rows, sums, ld); break;
#endif
        default: generic_group(weights, INPUTS, &x, raised, rows, sums, ld);
    }
}
static int fewest(int variant) { return variant == AMX ? 16 : variant == AVX2 || variant == AVX_VNNI ? 2 : 4; }
static int most(int variant) { return variant == AVX512_VNNI ? 6 : fewest(variant); }

static double rate(int variant, int rows, double seconds) {
    const double start = now();
    double spent, times = 0;
    do {
        for (int i = 0; i < 100; i++) once(variant, rows);
        times += 100, sink = (uint64_t)sums[0];
    } while ((spent = now() - start) < seconds);
    return times * rows * (GROUP * PANEL * INPUTS) / spent;
}
double products_per_second(int32_t variant, double seconds) {
    double best = 0;
    for (size_t i = 0; i < sizeof weights; i++) weights[i] = (int8_t)(i * 2654435761u >> 13);
    for (size_t i = 0; i < sizeof levels; i++) levels[i] = (uint8_t)(i * 2246822519u >> 17 & 127);
    const int choices = most(variant) - fewest(variant) + 1;
    for (int rows = fewest(variant); rows <= most(variant); rows++) {
        const double found = rate(variant, rows, seconds / choices);
        if (found > best) best = found;
    }
    return best;
}
