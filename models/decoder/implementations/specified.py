"""The specification as a network: it decodes if there is no kernel, and every kernel is compared with it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic import specification
from tempera.models.decoder.arithmetic.network import Ids, State, Uniforms, beginning
from tempera.models.decoder.arithmetic.quantized import LEVELS, Product, Quantized
from tempera.models.decoder.arithmetic.sampling import next_id
from tempera.models.decoder.arithmetic.specification import F, Floats, Levels

EXACT_BELOW = 2**24  # fp32 represents all integers up to it


class ExactProduct:
    """Exact integer sums, in fp32 if they all fit, else in fp64."""

    def __init__(self, product: Product) -> None:
        largest = int(np.abs(product.levels.astype(np.int64)).sum(1).max()) * LEVELS
        self._weights = product.levels.T.astype(F if largest < EXACT_BELOW else np.float64)
        self._scale = product.scale

    @property
    def size_bytes(self) -> int:
        """The size of the weights."""
        return self._weights.nbytes

    def __call__(self, hidden: Levels) -> Floats:
        """hidden (R, inputs) -> (R, outputs): the exact sum, rounded to fp32, times scale, rounded."""
        sums = hidden.astype(self._weights.dtype) @ self._weights
        rounded: Floats = sums.astype(F, copy=False)
        return rounded * self._scale


class SpecifiedNetwork:
    """A tempera.models.decoder.arithmetic.network.Network in NumPy."""

    variant = "specification"

    def __init__(self, network: Quantized) -> None:
        self._network = replace(network, recurrent=(), candidate=(), input=())  # ExactProduct holds the levels
        self.languages, self.vocabulary_size = len(network.initial), len(network.output_bias)
        self._recurrent = [ExactProduct(product) for product in network.recurrent]
        self._candidate = [ExactProduct(product) for product in network.candidate]
        self._input = [ExactProduct(product) for product in network.input]
        self._output = ExactProduct(network.output)
        self.size_bytes = network.table.levels.nbytes + sum(
            product.size_bytes for product in (*self._recurrent, *self._candidate, *self._input, self._output)
        )
        self._bias = network.output_bias[None]
        self._next_context: Ids | None = None

    def adjust(self, offsets: Floats, next_context: Ids | None = None) -> None:
        """See Network."""
        self._bias = self._network.output_bias + offsets
        self._next_context = next_context

    def begin(self, languages: NDArray[np.intp]) -> State:
        """See Network."""
        return beginning(self._network.initial[languages])

    def read(self, state: State, given: Ids) -> None:
        """See Network."""
        for ids in given:
            self._step(state, ids)

    def logits(self, state: State, given: Ids) -> Floats:
        """See Network."""
        return np.stack([self._logits(state, ids) for ids in given])

    def write(self, state: State, uniforms: Uniforms) -> Ids:
        """See Network."""
        written = np.empty(uniforms.shape, np.int32)
        for step, uniform in enumerate(uniforms):
            logits = self._logits(state, state.ids)
            drawn = map(next_id, logits, state.sampling.tolist(), uniform.tolist())
            state.ids[:] = written[step] = list(drawn)
            if self._next_context is not None:
                state.context[:] = self._next_context[state.context, state.ids]
        return written

    def _logits(self, state: State, ids: Ids) -> Floats:
        return self._output(self._step(state, ids)) + self._bias[state.context]

    def _step(self, state: State, ids: Ids) -> Levels:
        """Make every row read an id; return the last layer's levels (R, H)."""
        inputs, hidden = self._from_tokens(ids), state.hidden[:, 0]
        for layer, recurrent in enumerate(self._recurrent):
            if layer:
                inputs = self._input[layer - 1](hidden) + self._network.bias[layer - 1]
            hidden, memory = self._cell(layer, inputs, recurrent(state.hidden[:, layer]), state.memory[:, layer])
            state.hidden[:, layer], state.memory[:, layer] = hidden, memory
        return hidden

    def _from_tokens(self, ids: Ids) -> Floats:
        table = self._network.table
        inputs: Floats = table.levels[ids].astype(F) * table.scale
        return inputs

    def _cell(self, layer: int, inputs: Floats, recurrent: Floats, memory: Floats) -> tuple[Levels, Floats]:
        match self._network.cell:
            case "lstm":
                return specification.lstm(inputs, recurrent, memory)
            case "gru":
                return specification.gru(inputs, recurrent, memory, self._network.reset_bias[layer])
            case "gru-reset-before":
                both = recurrent.shape[1]
                reset, z = specification.reset_before(inputs[:, :both], recurrent, memory)
                return specification.candidate(inputs[:, both:], self._candidate[layer](reset), z, memory)
            case _:
                return specification.plain(inputs, recurrent)
