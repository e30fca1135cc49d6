/* Runs the cases of tests.decoder.dump with every variant that this processor runs, and compares all
   that it gives with the specification's bits: for machines without Python, and for sanitizers. */
#include "../../models/decoder/kernel/kernel.c"
#include <stdio.h>
#include <stdlib.h>

static FILE *file;

static void *blob(size_t *size) { /* what stands next in the file, its length first */
    int64_t length;
    if (fread(&length, 8, 1, file) != 1) exit(2);
    void *bytes = length ? aligned_alloc(64, ((size_t)length + 63) & ~(size_t)63) : NULL;
    if (length && fread(bytes, (size_t)length, 1, file) != 1) exit(2);
    if (size) *size = (size_t)length;
    return bytes;
}
static void *copy(const void *from, size_t size) { return memcpy(malloc(size + !size), from, size); }

static product_t product(void) {
    product_t p;
    p.weights = blob(NULL);
    p.group_bytes = *(int64_t *)blob(NULL);
    p.scale = blob(NULL);
    p.raised = blob(NULL);
    return p;
}
static network_t network(const int32_t *head) {
    network_t net = {.cell = head[0], .layers = head[1], .hidden = head[2], .outputs = head[3]};
    net.table = blob(NULL), net.table_scale = blob(NULL);
    for (int l = 0; l < net.layers; l++) {
        net.recurrent[l] = product();
        if (net.cell == RESET_BEFORE) net.candidate[l] = product();
        net.reset_bias[l] = blob(NULL);
        if (l) net.input[l] = product(), net.bias[l] = blob(NULL);
    }
    net.output = product();
    return net;
}

static uint64_t digest = 0xcbf29ce484222325u; /* FNV-1a of all that the last variant gave */
static void note(const void *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) digest = (digest ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3u;
}

typedef struct { size_t size; void *bytes; } array_t;
static array_t array(void) { array_t a; a.bytes = blob(&a.size); return a; }
static int differs(const void *found, array_t wanted) { return memcmp(found, wanted.bytes, wanted.size) != 0; }

static int run_case(int number) {
    const int32_t *head = blob(NULL);
    const network_t net = network(head);
    const array_t ids = array(), context = array(), hidden = array(), memory = array();
    work_t to = {.rows = head[4], .steps = head[5], .bias = blob(NULL), .next_context = blob(NULL)};
    to.sampling = blob(NULL), to.uniform = blob(NULL);
    const array_t written = array(), logits = array(), hidden_after = array(), memory_after = array(), context_after = array();
    int bad = 0;
    for (int variant = 0; variant < VARIANTS; variant++) {
        if (!(available_variants() >> variant & 1)) continue;
        to.ids = copy(ids.bytes, ids.size), to.context = copy(context.bytes, context.size);
        to.hidden = copy(hidden.bytes, hidden.size), to.memory = copy(memory.bytes, memory.size);
        to.written = malloc(written.size), to.logits = malloc(logits.size), to.given = NULL;
        to.scratch = malloc((size_t)scratch_bytes(&net, to.rows));
        float *seen = to.logits;
        to.logits = NULL;
        int failed = run(&net, &to, variant) || differs(to.written, written) || differs(to.hidden, hidden_after) ||
                     differs(to.memory, memory_after) || differs(to.context, context_after);
        memcpy(to.hidden, hidden.bytes, hidden.size), memcpy(to.memory, memory.bytes, memory.size);
        memcpy(to.context, context.bytes, context.size);
        int32_t *given = malloc(written.size + ids.size), *once = to.written;
        memcpy(given, ids.bytes, ids.size), memcpy((char *)given + ids.size, written.bytes, written.size);
        to.given = given, to.logits = seen, to.written = NULL;
        failed |= run(&net, &to, variant) || differs(to.logits, logits);
        to.written = once, free(given);
        if (1u << (variant + 1) > available_variants()) note(to.written, written.size), note(to.logits, logits.size);
        if (failed) printf("case %d, variant %d: DIFFERS\n", number, variant);
        bad += failed;
        free(to.ids), free(to.context), free(to.hidden), free(to.memory), free(to.written), free(to.logits), free(to.scratch);
    }
    return bad;
}

int main(int count, char **arguments) {
    int32_t cases, bad = 0;
    if (count != 2 || !(file = fopen(arguments[1], "rb")) || fread(&cases, 4, 1, file) != 1) return 2;
    /* Subnormal numbers become 0: as a library that was linked with -ffast-math leaves it. */
#if ON_X86
    _mm_setcsr(_mm_getcsr() | 0x8040);
#elif ON_ARM
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)1 << 24));
#endif
    for (int number = 0; number < cases; number++) bad += run_case(number);
    printf("%d cases, variants %#x, digest %016llx: %d differ\n", cases, available_variants(), (unsigned long long)digest, bad);
    return bad != 0;
}
