"""A CharRNN laid out for decoding, in a chosen arithmetic."""

import logging
from typing import cast

import torch
from torch import Tensor

from models.engine.kernels import InexactProducts
from models.engine.layout import laid_out, whole
from models.engine.loop import Layer, Loop, compiled
from models.engine.products import Arithmetic
from models.rnn import CharRNN

State = list[Tensor]  # rows first; only the loop looks inside

log = logging.getLogger(__name__)


class DecodingNetwork:
    """Logits and characters; reads and writes as a CharRNN does, only faster."""

    def __init__(self, model: CharRNN, arithmetic: Arithmetic = "int8", *, script: bool = True) -> None:
        """Lay out a network's weights; int8 becomes fp32 where the processor's int8 kernels are not exact."""
        self.arithmetic, loop = _exact(model, arithmetic)
        self.vocabulary_size = len(model.embedding.weight)
        self.output_bias = loop.biases[-1]  # (vocabulary in whole vectors,)
        self._layers = [cast("Layer", layer) for layer in loop.layers]
        self._loop = compiled(loop) if script else loop
        self.read, self.write = self._loop.read, self._loop.write
        # biases and scales, some hundredths, left out
        self.size_bytes = loop.table.nbytes + sum(layer.product.weight_bytes for layer in self._layers)
        self.initial = whole(torch.tanh(model.initial))  # (languages, layers, parts, hidden)

    @torch.inference_mode()
    def initial_state(self, languages: Tensor) -> State:
        """languages (rows,), numbers from 0 -> the state in which a text begins."""
        state = []
        for index, layer in enumerate(self._layers):
            parts = self.initial[languages, index].transpose(0, 1).contiguous()
            state += [layer.product(127 * parts[0])[:, : layer.own_size], layer.cell.initial_memory(parts)]
        return state

    @torch.inference_mode()
    def __call__(self, ids: Tensor, state: State) -> tuple[Tensor, State]:
        """ids (time, rows), state -> logits (time, rows, vocabulary), state after the last character."""
        logits, state = self._loop(ids, state)
        return logits[..., : self.vocabulary_size], state


@torch.inference_mode()
def _exact(model: CharRNN, arithmetic: Arithmetic) -> tuple[Arithmetic, Loop]:
    try:
        return arithmetic, laid_out(model, arithmetic)
    except InexactProducts:
        log.warning("This processor's int8 kernels are not exact: decoding in fp32")
        return "fp32", laid_out(model, "fp32")
