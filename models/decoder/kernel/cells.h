/* Elementwise arithmetic of the specification, LANES units at a time. y = -log2(e) * input (doubled for a tanh):
   1 / (1 + exp2(y)) is its sigmoid, (1 - exp2(y)) / (1 + exp2(y)) its tanh. */
#define ROUND 12582912.0f /* 1.5 * 2^23: added to a number below 2^22, it leaves the nearest integer in the last bits */

EACH real NAME(exp2)(real x) { /* 2^x, from 2^-125 to 2^40 */
    x = MIN(MAX(x, EVERY(-125.0f)), EVERY(40.0f));
    const real shifted = x + ROUND;
    const real f = x - (shifted - ROUND);
    real p = f * 0x1.5bba14p-10f + 0x1.3cea88p-7f;
    p = p * f + 0x1.c6b752p-5f;
    p = p * f + 0x1.ebf9bcp-3f;
    p = p * f + 0x1.62e42ap-1f;
    p = p * f + 1.0f;
    return (real)((bits)p + ((bits)shifted << 23));
}

EACH void NAME(put_levels)(int8_t *to, real levels) { NAME(put_bytes)(to, (whole)(levels + ROUND)); } /* the last byte of each */

/* The input of gates: recurrent sums, and from below a row of the table (first layer), or sums and a bias. */
typedef struct {
    const int32_t *recurrent, *input;
    const int16_t *token;
    const float *recurrent_scale, *below_scale, *bias;
} NAME(gates);

EACH real NAME(below)(const NAME(gates) *from, int at, const int first) {
    const real scale = READ(real, from->below_scale + at);
    if (first) return FLOATS(NAME(widened)(from->token + at)) * scale;
    return FLOATS(READ(whole, from->input + at)) * scale + READ(real, from->bias + at);
}
EACH real NAME(recurrent)(const NAME(gates) *from, int at) {
    return FLOATS(READ(whole, from->recurrent + at)) * READ(real, from->recurrent_scale + at);
}
EACH real NAME(power)(const NAME(gates) *from, int at, const int first) {
    return NAME(exp2)(NAME(recurrent)(from, at) + NAME(below)(from, at, first));
}

/* memory is -2 log2(e) times the cell state */
EACH void NAME(lstm)(const NAME(gates) *from, int blocks, const int first, float *memory, int8_t *hidden) {
    for (int at = 0; blocks--; at += 4 * PANEL, memory += PANEL, hidden += PANEL)
        for (int j = 0; j < PANEL; j += LANES) {
            const real i = NAME(power)(from, at + j, first) + 1.0f;
            const real f = NAME(power)(from, at + PANEL + j, first) + 1.0f;
            const real g = NAME(power)(from, at + 2 * PANEL + j, first);
            const real o = NAME(power)(from, at + 3 * PANEL + j, first) + 1.0f;
            const real ig = i * (g + 1.0f);
            const real m = (READ(real, memory + j) * ig + (g - 1.0f) * 2.8853900817779268f * f) / (ig * f);
            const real c = NAME(exp2)(m);
            WRITE(memory + j, m);
            NAME(put_levels)(hidden + j, (127.0f - c * 127.0f) / ((c + 1.0f) * o));
        }
}

/* memory is the hidden state in levels, unrounded */
EACH void NAME(gru)(const NAME(gates) *from, int blocks, const int first, const float *reset_bias, float *memory, int8_t *hidden) {
    for (int at = 0; blocks--; at += 3 * PANEL, memory += PANEL, hidden += PANEL, reset_bias += PANEL)
        for (int j = 0; j < PANEL; j += LANES) {
            const real r = NAME(power)(from, at + j, first) + 1.0f;
            const real z = NAME(power)(from, at + PANEL + j, first);
            const real reset = (NAME(recurrent)(from, at + 2 * PANEL + j) + READ(real, reset_bias + j)) / r;
            const real n = NAME(exp2)(reset + NAME(below)(from, at + 2 * PANEL + j, first));
            const real m = (z * (127.0f - n * 127.0f) + READ(real, memory + j) * (n + 1.0f)) / ((n + 1.0f) * (z + 1.0f));
            WRITE(memory + j, m);
            NAME(put_levels)(hidden + j, m);
        }
}

/* A GRU that resets before its product, in two parts: r, z and what the candidate n gets from below; then n. */
EACH void NAME(reset)(const NAME(gates) *from, int blocks, const int first, const float *memory, int8_t *reset, float *update, float *below) {
    for (int block = 0; block < blocks; block++, memory += PANEL, reset += PANEL, update += PANEL, below += PANEL)
        for (int j = 0; j < PANEL; j += LANES) {
            const int two = 2 * block * PANEL + j, three = 3 * block * PANEL + j; /* recurrent sums are of two gates */
            const real r = NAME(exp2)(NAME(recurrent)(from, two) + NAME(below)(from, three, first)) + 1.0f;
            const real z = NAME(exp2)(NAME(recurrent)(from, two + PANEL) + NAME(below)(from, three + PANEL, first));
            NAME(put_levels)(reset + j, READ(real, memory + j) / r);
            WRITE(update + j, z);
            WRITE(below + j, NAME(below)(from, three + 2 * PANEL, first));
        }
}
EACH void NAME(candidate)(const int32_t *sums, const float *scale, int units, const float *update, const float *below, float *memory, int8_t *hidden) {
    for (int j = 0; j < units; j += LANES) {
        const real n = NAME(exp2)(FLOATS(READ(whole, sums + j)) * READ(real, scale + j) + READ(real, below + j));
        const real z = READ(real, update + j);
        const real m = (z * (127.0f - n * 127.0f) + READ(real, memory + j) * (n + 1.0f)) / ((n + 1.0f) * (z + 1.0f));
        WRITE(memory + j, m);
        NAME(put_levels)(hidden + j, m);
    }
}

EACH void NAME(plain)(const NAME(gates) *from, int blocks, const int first, float *memory, int8_t *hidden) {
    for (int at = 0; at < blocks * PANEL; at += LANES) {
        const real n = NAME(power)(from, at, first);
        const real m = (127.0f - n * 127.0f) / (n + 1.0f);
        WRITE(memory + at, m);
        NAME(put_levels)(hidden + at, m);
    }
}
