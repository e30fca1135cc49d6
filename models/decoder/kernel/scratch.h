/* The work space of one call. */
#define PREPARED_BYTES 2 /* per input, at most */
#define ALIGNMENT 64

typedef struct { /* hidden levels in the form that a variant's products read */
    uint8_t *levels; /* rows of them, see each prepare() */
    int32_t *start;  /* (R,): initial value of a row's sums */
} prepared_t;

typedef struct {
    prepared_t prepared[MAX_LAYERS];
    int32_t *recurrent, *input; /* (R, units of a chunk * G): sums */
    int32_t *sums;              /* (R, V): of the output layer */
    float *logits;              /* (V,), if they aren't returned */
    int32_t *weights, *list;    /* (V,): of the draw */
    prepared_t reset_prepared;  /* RESET_BEFORE only, as what follows, (R, H): */
    int8_t *reset;              /* r * h, in levels */
    float *update, *below;      /* z, and the candidate's input from below */
} scratch_t;

static int gates_of(const network_t *net) { return net->cell == LSTM ? 4 : net->cell == PLAIN ? 1 : 3; }
static int chunk_blocks(const network_t *net) { return net->cell == LSTM ? 1 : GROUP; } /* so that chunks are whole groups */

static size_t padded(size_t size) { return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1); }
static void *take(uintptr_t *next, size_t size) {
    const uintptr_t here = *next;
    *next += padded(size);
    return (void *)here;
}

static size_t carve(scratch_t *s, const network_t *net, int32_t rows, uintptr_t start) {
    const size_t R = (size_t)rows, H = (size_t)net->hidden, V = (size_t)net->outputs;
    const size_t chunk = R * (size_t)(chunk_blocks(net) * gates_of(net) * PANEL);
    uintptr_t next = start;
    for (int l = 0; l < net->layers; l++) {
        s->prepared[l].levels = take(&next, R * H * PREPARED_BYTES);
        s->prepared[l].start = take(&next, 4 * R);
    }
    s->recurrent = take(&next, 4 * chunk);
    s->input = take(&next, 4 * chunk);
    s->sums = take(&next, 4 * R * V);
    s->logits = take(&next, 4 * V);
    s->weights = take(&next, 4 * V);
    s->list = take(&next, 4 * V + ALIGNMENT);
    if (net->cell == RESET_BEFORE) {
        s->reset_prepared.levels = take(&next, R * H * PREPARED_BYTES);
        s->reset_prepared.start = take(&next, 4 * R);
        s->reset = take(&next, R * H);
        s->update = take(&next, 4 * R * H);
        s->below = take(&next, 4 * R * H);
    }
    return next - start;
}

static void lay_out(scratch_t *s, const network_t *net, const work_t *work) {
    carve(s, net, work->rows, padded((uintptr_t)work->scratch));
}
int64_t scratch_bytes(const network_t *net, int32_t rows) {
    scratch_t s;
    return (int64_t)(carve(&s, net, rows, 0) + ALIGNMENT);
}
