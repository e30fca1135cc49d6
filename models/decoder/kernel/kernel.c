/* The arithmetic of specification.py in C (gcc or clang), with the same bits on every machine; no dependencies.

   Compile with -ffp-contract=off, so that every operation rounds separately, and never with -ffast-math or -Ofast.
   Only products depend on instruction sets; the rest is compiled once for each of them. */
#include "kernel.h"
#include <string.h>
#if ON_X86 && ((defined(__clang__) && __clang_major__ >= 12) || (!defined(__clang__) && __GNUC__ >= 11))
#define HAS_NEW_INTRINSICS 1 /* AVX-VNNI and AMX */
#else
#define HAS_NEW_INTRINSICS 0
#endif
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF /* gcc only has the option */
#endif

typedef int32_t word_t __attribute__((may_alias, aligned(1)));
#ifndef AHEAD
#define AHEAD 2048 /* bytes of weights to prefetch: the latency of the L3 cache */
#endif
#define ROWS_AHEAD 8 /* rows of the table to prefetch: the processor can't predict them */
#define FETCH(p) __builtin_prefetch(p)
static inline __attribute__((always_inline)) void fetch(const void *from, size_t size) {
    for (size_t i = 0; i < size; i += 64) FETCH((const char *)from + i);
}

#include "scratch.h"
#include "products/generic.h"
#if ON_X86
#include <immintrin.h>
#define AVX512 "avx2,bmi2,popcnt,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni"
#ifdef __clang__
#define WIDE_TARGET(...) __attribute__((target(__VA_ARGS__), min_vector_width(512)))
#else
#define WIDE_TARGET(...) __attribute__((target(__VA_ARGS__ ",prefer-vector-width=512")))
#endif
#include "products/avx2.h"
#include "products/avx512.h"
#if HAS_NEW_INTRINSICS
#include "products/avxvnni.h"
#include "products/tiles.h"
#include "products/amx.h"
#endif
#elif ON_ARM
#include <arm_neon.h>
#define NAME(name) neon_##name
#define TARGET
#define PAIRS(w, v) vpaddlq_s16(vmull_s8(vget_low_s8(w), vget_low_s8(v))), vpaddlq_s16(vmull_high_s8(w, v))
#define DOT(acc, w, v) vaddq_s32(acc, vpaddq_s32(PAIRS(w, v))) /* pairs stay within 2 * 127 * 127, below 2^15 */
#include "products/neon.h"
#define NAME(name) dot_##name
#ifdef __clang__
#define TARGET __attribute__((target("dotprod")))
#else
#define TARGET __attribute__((target("arch=armv8.2-a+dotprod")))
#endif
/* Not vdotq_s32: some compilers only have it if the whole file is compiled for dot products. */
static inline __attribute__((always_inline)) int32x4_t sdot(int32x4_t acc, int8x16_t w, int8x16_t v) {
    __asm__("sdot %0.4s, %1.16b, %2.16b" : "+w"(acc) : "w"(w), "w"(v));
    return acc;
}
#define DOT(acc, w, v) sdot(acc, w, v)
#include "products/neon.h"
#endif
#include "processor.h"
#include "floats.h"

uint32_t layout(void) { return sizeof(network_t) << 16 | sizeof(work_t) << 8 | sizeof(sampling_t); }

int32_t run(const network_t *network, const work_t *work, int32_t variant) {
    if (variant < 0 || variant >= VARIANTS || !(available_variants() >> variant & 1)) return -1;
    const uint64_t before = usual_floats();
    switch (variant) {
#if ON_X86
        case AVX2: avx2_run(network, work); break;
        case AVX512_VNNI: avx512_run(network, work); break;
#if HAS_NEW_INTRINSICS
        case AVX_VNNI: avxvnni_run(network, work); break;
        case AMX: amx_run(network, work); break;
#endif
#elif ON_ARM
        case NEON: neon_run(network, work); break;
        case NEON_DOT: dot_run(network, work); break;
#endif
        default: generic_run(network, work);
    }
    restore_floats(before);
    return 0;
}
