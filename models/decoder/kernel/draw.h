/* From a row's logits to an id, in whole numbers: exact in any order of summation. n is always whole 16. */
#define ONE 1073741824.0f /* 2^30: weight of the most likely token */
#define FEW 256           /* candidates: so few are not worth moving together */
#define BLOCK 256         /* weights that are summed together before one of them is looked for */

EACH uint64_t NAME(share)(uint64_t total, uint64_t part) { /* floor(total * part / 2^32), total below 2^63 */
    return (total >> 32) * part + ((total & 0xffffffffu) * part >> 32);
}
EACH wide NAME(pairs)(whole w) { return ((wide)w & 0xffffffffu) + ((wide)w >> 32); } /* w >= 0 */
EACH uint64_t NAME(total)(wide sums) {
    uint64_t total = 0;
    for (int j = 0; j < LANES / 2; j++) total += sums[j];
    return total;
}
EACH uint64_t NAME(sum)(const int32_t *w, int n) {
    wide sums = {0};
    for (int i = 0; i < n; i += LANES) sums += NAME(pairs)(READ(whole, w + i));
    return NAME(total)(sums);
}
EACH uint64_t NAME(sum_above)(const int32_t *w, int n, int32_t limit, int32_t *count) {
    wide sums = {0};
    whole counts = {0};
    for (int i = 0; i < n; i += LANES) {
        const whole v = READ(whole, w + i), above = v > limit;
        counts -= above;
        sums += NAME(pairs)(v & above);
    }
    *count = 0;
    for (int j = 0; j < LANES; j++) *count += counts[j];
    return NAME(total)(sums);
}

/* Move the weights within low..high to the front of `list`, which may be `from`; zeros fill it up to whole lanes. */
EACH int NAME(compact)(const int32_t *from, int n, int32_t low, int32_t high, int32_t *list) {
    int m = 0;
#ifdef COMPACT
    for (int i = 0; i < n; i += LANES) m += COMPACT(list + m, READ(whole, from + i), low, high);
#else
    for (int i = 0; i < n; i++) {
        const int32_t v = from[i];
        list[m] = v;
        m += (v >= low) & (v <= high);
    }
#endif
    for (; m % LANES; m++) list[m] = 0;
    return m;
}

/* Keep the largest weights, of equals the first, as long as those before are fewer than `count` and sum to less than
   `most`; the others become 0. Bisects the least weight that is kept. list: work space (n,). */
EACH void NAME(keep)(int32_t *w, int n, int32_t count, uint64_t most, int32_t *list) {
    const int32_t *from = w;
    int32_t low = 1, high = 1 << 30;                 /* the least weight kept is one of these */
    int32_t at_least, above = 0, moved = 0;          /* how many are >= low, and > high */
    uint64_t above_sum = 0, moved_sum = 0;
    int m = n;
    NAME(sum_above)(w, n, 0, &at_least);
    while (low < high) {
        if (m > FEW && 4 * (at_least - above) < m) {
            m = NAME(compact)(from, m, low, high, list);
            from = list, moved = above, moved_sum = above_sum;
        }
        const int32_t middle = low < high >> 4 ? high >> 4 : low + (high - low) / 2; /* most weights are small */
        int32_t more;
        const uint64_t sum = moved_sum + NAME(sum_above)(from, m, middle, &more);
        more += moved;
        if (more < count && sum < most) above = more, above_sum = sum, high = middle; /* `middle` would be kept */
        else low = middle + 1, at_least = more;
    }
    const uint64_t fitting = (most - above_sum + (uint64_t)low - 1) / (uint64_t)low;
    int32_t equal = fitting < (uint64_t)(count - above) ? (int32_t)fitting : count - above;
    if (equal >= at_least - above)
        for (int i = 0; i < n; i += LANES) {
            const whole v = READ(whole, w + i);
            WRITE(w + i, v & (v >= low));
        }
    else
        for (int i = 0; i < n; i++) {
            const int32_t v = w[i];
            w[i] = v > low || (v == low && equal > 0) ? v : 0;
            equal -= v == low;
        }
}

/* The first index at which the running sum exceeds floor(total * uniform / 2^32). sums: work space. */
EACH int32_t NAME(pick)(const int32_t *w, int n, uint32_t uniform, uint64_t *sums) {
    uint64_t total = 0, before = 0;
    for (int i = 0; i < n; i += BLOCK) total += sums[i / BLOCK] = NAME(sum)(w + i, n - i < BLOCK ? n - i : BLOCK);
    const uint64_t goal = NAME(share)(total, uniform);
    int32_t i = 0;
    for (; before + sums[i / BLOCK] <= goal; i += BLOCK) before += sums[i / BLOCK];
    while ((before += (uint64_t)w[i]) <= goal) i++;
    return i;
}

EACH float NAME(largest)(real lanes) {
    float largest = lanes[0];
    for (int j = 1; j < LANES; j++) largest = lanes[j] > largest ? lanes[j] : largest;
    return largest;
}

/* largest: of the logits; w, list: work space (n,) */
EACH int32_t NAME(draw)(const float *logits, float largest, int n, const sampling_t *sampling, uint32_t uniform, int32_t *w,
                        int32_t *list) {
    const float inverse = sampling->inverse_temperature;
    for (int i = 0; i < n; i += LANES) {
        const real weights = NAME(exp2)((READ(real, logits + i) - largest) * inverse) * ONE;
        WRITE(w + i, __builtin_convertvector(weights, whole));
    }
    if (sampling->min_weight)
        for (int i = 0; i < n; i += LANES) {
            const whole v = READ(whole, w + i);
            WRITE(w + i, v & (v >= sampling->min_weight));
        }
    if (sampling->top_k) NAME(keep)(w, n, sampling->top_k, UINT64_MAX >> 1, list);
    if (sampling->top_p) {
        const uint64_t most_sum = NAME(share)(NAME(sum)(w, n), sampling->top_p);
        NAME(keep)(w, n, INT32_MAX, most_sum ? most_sum : 1, list);
    }
    return NAME(pick)(w, n, uniform, (uint64_t *)(void *)list);
}
