/* A chunk of steps for all rows, from a variant's products and the elementwise arithmetic. */

EACH void NAME(cell)(const network_t *net, int layer, int block, int blocks, const NAME(gates) *from, float *memory, int8_t *hidden) {
    memory += block * PANEL, hidden += block * PANEL;
    const float *reset_bias = net->cell == GRU ? net->reset_bias[layer] + block * PANEL : NULL;
    switch (net->cell) { /* the first layer is compiled separately: its gates have no sums from below */
        case LSTM: layer ? NAME(lstm)(from, blocks, 0, memory, hidden) : NAME(lstm)(from, blocks, 1, memory, hidden); break;
        case GRU: layer ? NAME(gru)(from, blocks, 0, reset_bias, memory, hidden) : NAME(gru)(from, blocks, 1, reset_bias, memory, hidden); break;
        default: layer ? NAME(plain)(from, blocks, 0, memory, hidden) : NAME(plain)(from, blocks, 1, memory, hidden);
    }
}

/* Exact int32 sums of `panels` panels from `first` on, the first of a group, for all rows: y[row * ld + output]. */
EACH void NAME(product)(const product_t *P, int first, int panels, int K, const prepared_t *x, int rows, int32_t *y, size_t ld) {
    const int8_t *w = P->weights + first / GROUP * P->group_bytes;
    const int32_t *raised = P->raised + first * PANEL;
    for (; panels >= GROUP; panels -= GROUP, w += P->group_bytes, raised += GROUP * PANEL, y += GROUP * PANEL)
        NAME(group)(w, K, x, raised, rows, y, ld);
    for (int p = 0; p < panels; p++) NAME(panel)(w + 64 * p, 64 * panels, K, x, raised + PANEL * p, rows, y + PANEL * p, ld);
}

/* One layer, some units at a time: their weights are used for all rows while they are in the cache. */
TARGET static void NAME(layer)(const network_t *net, const work_t *to, int layer, const int32_t *ids, scratch_t *s) {
    const int H = net->hidden, G = gates_of(net), chunk = chunk_blocks(net);
    const size_t stride = (size_t)net->layers * H;
    for (int block = 0; block < H / PANEL; block += chunk) {
        const int blocks = H / PANEL - block < chunk ? H / PANEL - block : chunk, panels = blocks * G;
        const size_t at = (size_t)block * G * PANEL, width = (size_t)panels * PANEL;
        NAME(product)(&net->recurrent[layer], block * G, panels, H, &s->prepared[layer], to->rows, s->recurrent, width);
        if (layer) NAME(product)(&net->input[layer], block * G, panels, H, &s->prepared[layer - 1], to->rows, s->input, width);
        for (int r = 0; r < to->rows; r++) {
            const size_t row = r * stride + (size_t)layer * H;
            const NAME(gates) from = {
                .recurrent = s->recurrent + r * width,
                .input = s->input + r * width,
                .token = layer ? NULL : net->table + (size_t)ids[r] * G * H + at,
                .recurrent_scale = net->recurrent[layer].scale + at,
                .below_scale = (layer ? net->input[layer].scale : net->table_scale) + at,
                .bias = layer ? net->bias[layer] + at : NULL,
            };
            if (!layer && r + ROWS_AHEAD < to->rows) fetch(net->table + (size_t)ids[r + ROWS_AHEAD] * G * H + at, 2 * width);
            NAME(cell)(net, layer, block, blocks, &from, to->memory + row, to->hidden + row);
        }
    }
    NAME(prepare)(to->hidden + (size_t)layer * H, stride, to->rows, H, &s->prepared[layer]);
}

/* The same for a GRU that resets before its product: n needs all of r * h. */
TARGET static void NAME(reset_before)(const network_t *net, const work_t *to, int layer, const int32_t *ids, scratch_t *s) {
    const int H = net->hidden, G = gates_of(net);
    const size_t stride = (size_t)net->layers * H;
    float *memory = to->memory + (size_t)layer * H;
    int8_t *hidden = to->hidden + (size_t)layer * H;
    for (int block = 0; block < H / PANEL; block += GROUP) {
        const int blocks = H / PANEL - block < GROUP ? H / PANEL - block : GROUP;
        const size_t unit = (size_t)block * PANEL, units = (size_t)blocks * PANEL, at = unit * G;
        NAME(product)(&net->recurrent[layer], block * 2, blocks * 2, H, &s->prepared[layer], to->rows, s->recurrent, 2 * units);
        if (layer) NAME(product)(&net->input[layer], block * G, blocks * G, H, &s->prepared[layer - 1], to->rows, s->input, G * units);
        for (int r = 0; r < to->rows; r++) {
            const NAME(gates) from = {
                .recurrent = s->recurrent + r * 2 * units,
                .input = s->input + r * G * units,
                .token = layer ? NULL : net->table + (size_t)ids[r] * G * H + at,
                .recurrent_scale = net->recurrent[layer].scale + 2 * unit,
                .below_scale = (layer ? net->input[layer].scale : net->table_scale) + at,
                .bias = layer ? net->bias[layer] + at : NULL,
            };
            const size_t row = (size_t)r * H + unit;
            if (layer) NAME(reset)(&from, blocks, 0, memory + r * stride + unit, s->reset + row, s->update + row, s->below + row);
            else NAME(reset)(&from, blocks, 1, memory + r * stride + unit, s->reset + row, s->update + row, s->below + row);
        }
    }
    NAME(prepare)(s->reset, (size_t)H, to->rows, H, &s->reset_prepared);
    for (int block = 0; block < H / PANEL; block += GROUP) {
        const int blocks = H / PANEL - block < GROUP ? H / PANEL - block : GROUP, units = blocks * PANEL;
        const size_t unit = (size_t)block * PANEL;
        NAME(product)(&net->candidate[layer], block, blocks, H, &s->reset_prepared, to->rows, s->recurrent, (size_t)units);
        for (int r = 0; r < to->rows; r++) {
            const size_t row = (size_t)r * H + unit, state = r * stride + unit;
            NAME(candidate)(s->recurrent + (size_t)r * units, net->candidate[layer].scale + unit, units, s->update + row,
                            s->below + row, memory + state, hidden + state);
        }
    }
    NAME(prepare)(hidden, stride, to->rows, H, &s->prepared[layer]);
}

EACH real NAME(score)(const int32_t *sums, const float *scale, const float *bias, float *logits) {
    const real score = FLOATS(READ(whole, sums)) * READ(real, scale) + READ(real, bias);
    WRITE(logits, score);
    return score;
}
/* The logits of a row, and the largest of them: in two chains, since each maximum waits for the previous one. */
EACH float NAME(scores)(int V, const int32_t *sums, const float *scale, const float *bias, float *logits) {
    real even = NAME(score)(sums, scale, bias, logits), odd = even;
    for (int j = LANES; j < V; j += LANES) {
        const real most = MAX(even, NAME(score)(sums + j, scale + j, bias + j, logits + j));
        even = odd, odd = most;
    }
    return NAME(largest)(MAX(even, odd));
}

/* A row's logits, and its next id if ids are written. */
TARGET static void NAME(output)(const network_t *net, const work_t *to, int step, int r, const scratch_t *s) {
    const int V = net->outputs;
    const size_t cell = (size_t)step * to->rows + r;
    const float *bias = to->bias + (size_t)to->context[r] * V;
    float *logits = to->logits ? to->logits + cell * V : s->logits;
    const float largest = NAME(scores)(V, s->sums + (size_t)r * V, net->output.scale, bias, logits);
    if (!to->written) return;
    const int32_t id = NAME(draw)(logits, largest, V, to->sampling + r, to->uniform[cell], s->weights, s->list);
    to->written[cell] = to->ids[r] = id;
    if (to->next_context) to->context[r] = to->next_context[(size_t)to->context[r] * V + id];
}

TARGET static void NAME(run)(const network_t *net, const work_t *to) {
    const int H = net->hidden, top = net->layers - 1;
    scratch_t s;
    lay_out(&s, net, to);
    for (int l = 0; l <= top; l++)
        NAME(prepare)(to->hidden + (size_t)l * H, (size_t)net->layers * H, to->rows, H, &s.prepared[l]);
    for (int step = 0; step < to->steps; step++) {
        const int32_t *ids = to->given ? to->given + (size_t)step * to->rows : to->ids;
        for (int l = 0; l <= top; l++) (net->cell == RESET_BEFORE ? NAME(reset_before) : NAME(layer))(net, to, l, ids, &s);
        if (!to->written && !to->logits) continue;
        NAME(product)(&net->output, 0, net->outputs / PANEL, H, &s.prepared[top], to->rows, s.sums, (size_t)net->outputs);
        for (int r = 0; r < to->rows; r++) NAME(output)(net, to, step, r, &s);
    }
}

#undef EACH
#undef real
#undef whole
#undef bits
#undef wide
#undef bytes
#undef LANES
#undef TARGET
#undef NAME
#undef MAX
#undef MIN
#undef COMPACT
