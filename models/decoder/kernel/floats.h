/* Round to nearest and keep subnormal numbers, whatever another library in this process has set (loading one that was
   linked with -ffast-math is enough). */
static uint64_t usual_floats(void) {
#if ON_X86
    const uint32_t before = _mm_getcsr();
    _mm_setcsr(0x1f80);
    return before;
#elif ON_ARM
    uint64_t before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)0));
    return before;
#else
    return 0;
#endif
}
static void restore_floats(uint64_t before) {
#if ON_X86
    _mm_setcsr((uint32_t)before);
#elif ON_ARM
    __asm__ volatile("msr fpcr, %0" : : "r"(before));
#else
    (void)before;
#endif
}
