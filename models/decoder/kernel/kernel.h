/* The kernel's arguments. Sizes: R rows (texts), H units of a layer, G gates, V outputs; H and V are multiples of 16.

   Weights are stored in groups of four panels of 16 outputs: [group][H/4][4 panels][16 outputs][4 inputs] int8; the last
   group has the remaining panels. So a product reads its weights once and sequentially. The outputs of gates
   are ordered [H/16][G][16 units]; so are scales, biases and the rows of the table. */
#ifndef TEMPERA_KERNEL_H
#define TEMPERA_KERNEL_H
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) && !defined(PLAIN_C_ALONE) /* for tests: an unknown processor */
#define ON_X86 1
#else
#define ON_X86 0
#endif
#if defined(__aarch64__) && !defined(PLAIN_C_ALONE)
#define ON_ARM 1
#else
#define ON_ARM 0
#endif

#define MAX_LAYERS 8
#define PANEL 16 /* outputs */
#define GROUP 4  /* panels */

enum cell { LSTM, GRU, PLAIN, RESET_BEFORE }; /* the last: a GRU that resets before its product */
enum variant { GENERIC, AVX2, AVX_VNNI, AVX512_VNNI, AMX, NEON, NEON_DOT, VARIANTS };

typedef struct {
    const int8_t *weights;
    int64_t group_bytes;   /* from one group to the next */
    const float *scale;    /* (outputs,) */
    const int32_t *raised; /* (outputs,): 128 * sum of weights, for products of activations raised by 128 */
} product_t;

typedef struct {
    int32_t cell, layers, hidden, outputs;
    const int16_t *table;           /* (vocabulary, G*H): the input of the first layer's gates by token */
    const float *table_scale;       /* (G*H,) */
    product_t recurrent[MAX_LAYERS]; /* RESET_BEFORE: of the first two gates alone, r and z */
    product_t input[MAX_LAYERS];    /* from the layer below; the first layer has the table instead */
    product_t candidate[MAX_LAYERS]; /* RESET_BEFORE only: (H,), from the state that has been reset */
    product_t output;
    const float *bias[MAX_LAYERS];  /* (G*H,), from the second layer on */
    const float *reset_bias[MAX_LAYERS]; /* (H,), GRU only: inside the reset gate */
} network_t;

typedef struct {              /* sampling.py: SAMPLING */
    float inverse_temperature; /* log2(e) / T */
    int32_t top_k;             /* 0 = off */
    uint32_t top_p;            /* in 2^-32, 0 = off */
    int32_t min_weight;        /* of a token that is kept, in 2^-30 of the most likely one's, 0 = off */
} sampling_t;

typedef struct {
    int32_t rows, steps;
    const int32_t *given;       /* (steps, R) ids to read, or NULL: each step reads what the last one wrote */
    int32_t *ids;               /* (R,): what the next step reads; changed */
    int32_t *context;           /* (R,): which row of `bias` applies; changed */
    int8_t *hidden;             /* (R, layers, H): levels; changed */
    float *memory;              /* (R, layers, H); changed */
    const float *bias;          /* (contexts, V): of the outputs; -inf forbids, at least one id is allowed */
    const int32_t *next_context; /* (contexts, V): the context after an id, or NULL: it never changes */
    const sampling_t *sampling; /* (R,) */
    const uint32_t *uniform;    /* (steps, R), in 2^-32 */
    int32_t *written;           /* (steps, R) or NULL */
    float *logits;              /* (steps, R, V) or NULL */
    uint8_t *scratch;           /* of scratch_bytes(), any alignment */
} work_t;

uint32_t layout(void);             /* sizes of what it is given, by which another version's kernel is noticed */
uint32_t available_variants(void); /* bit n: this processor runs variant n */
int64_t scratch_bytes(const network_t *network, int32_t rows);
int32_t run(const network_t *network, const work_t *work, int32_t variant); /* 0, or -1: not available here */
#endif
