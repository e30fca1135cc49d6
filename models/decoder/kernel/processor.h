/* Which variants the processor and the operating system support. */
#if ON_X86
#include <cpuid.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif
#if !HAS_NEW_INTRINSICS
#define TILES_AVAILABLE(found) 0
#endif

static uint64_t saved_registers(void) { /* XCR0: the registers that the operating system saves at a context switch */
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}
static inline int may_use_tiles(void) { /* Linux enables their registers only on request */
#if defined(__linux__)
    enum { REQUEST = 0x1023, TILE_DATA = 18 };
    return syscall(SYS_arch_prctl, REQUEST, TILE_DATA) == 0;
#else
    return 0;
#endif
}
static uint32_t ask_processor(void) {
    const uint32_t avx512 = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL;
    uint32_t a, b, c, d, found = 1u << GENERIC, leaf_1_a = 0, unused;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return found;
    const uint64_t saved = saved_registers();
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & bit_AVX2) || !(b & bit_BMI2) || (saved & 0x6) != 0x6) return found;
    found |= 1u << AVX2;
    if (a >= 1) __get_cpuid_count(7, 1, &leaf_1_a, &unused, &unused, &unused);
    if (HAS_NEW_INTRINSICS && leaf_1_a & 1u << 4) found |= 1u << AVX_VNNI;
    if ((b & avx512) != avx512 || !(c & bit_AVX512VNNI) || (saved & 0xe6) != 0xe6) return found;
    found |= 1u << AVX512_VNNI;
    if (HAS_NEW_INTRINSICS && TILES_AVAILABLE((d >> 24 & 3) == 3 && (saved >> 17 & 3) == 3 && may_use_tiles())) found |= 1u << AMX;
    return found;
}
#elif ON_ARM
#if defined(__linux__)
#include <sys/auxv.h>
#define HAS_DOT (getauxval(AT_HWCAP) >> 20 & 1) /* HWCAP_ASIMDDP */
#elif defined(__APPLE__)
#define HAS_DOT 1 /* every Apple processor */
#else
#define HAS_DOT 0
#endif
static uint32_t ask_processor(void) { return 1u << GENERIC | 1u << NEON | (HAS_DOT ? 1u << NEON_DOT : 0); }
#else
static uint32_t ask_processor(void) { return 1u << GENERIC; }
#endif

uint32_t available_variants(void) { /* cached: on a virtual machine, cpuid takes 20 us */
    static _Atomic uint32_t found;
    if (!found) found = ask_processor();
    return found;
}
