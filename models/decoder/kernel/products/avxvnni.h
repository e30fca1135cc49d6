/* AVX-VNNI: like AVX-512 VNNI, in 256 bits, for processors without AVX-512. */
#define LANES 8
#define TARGET __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,avxvnni")))
#define NAME(name) avxvnni_##name
#include "lanes_256.h"

TARGET static void NAME(prepare)(const int8_t *levels, size_t stride, int rows, int K, prepared_t *x) {
    for (int r = 0, n; r < rows; r += n) {
        n = NAME(together)(rows, r);
        for (int i = 0; i < n; i++) {
            uint8_t *to = x->levels + (size_t)r * K + 4 * i;
            for (int k = 0; k < K; k += 4, to += 4 * n)
                *(word_t *)to = *(const word_t *)(levels + (size_t)(r + i) * stride + k) ^ (int32_t)0x80808080;
        }
    }
}

#define ROW_BYTES 4
#define ROW(i) const __m256i four = _mm256_set1_epi32(*(const word_t *)(x + 4 * (i)));
#define TIMES(acc, w) acc = _mm256_dpbusd_avx_epi32(acc, four, w)
#define START(row, output) _mm256_sub_epi32(_mm256_setzero_si256(), LOAD(raised + (output)))
#include "width_256.h"
