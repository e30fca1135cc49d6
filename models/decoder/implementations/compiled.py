"""A network computed by the kernel."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.network import ROWS, Ids, State, Uniforms, beginning
from tempera.models.decoder.arithmetic.quantized import Quantized
from tempera.models.decoder.arithmetic.specification import F, Floats
from tempera.models.decoder.implementations.kernel import VARIANTS, Kernel, WorkStruct
from tempera.models.decoder.implementations.panels import Panels, padded


class CompiledNetwork:
    """A tempera.models.decoder.arithmetic.network.Network; units and outputs are padded to whole panels."""

    def __init__(self, network: Quantized, kernel: Kernel, variant: str) -> None:
        """Raises ValueError if the network has more layers than the kernel supports."""
        self._kernel, self.variant, self._variant = kernel, variant, VARIANTS.index(variant)
        self.languages, self.vocabulary_size = len(network.initial), len(network.output_bias)
        self._panels = Panels(network)
        self.size_bytes = self._panels.size_bytes
        self._initial = padded(network.initial, 3)
        self._output_bias = padded(network.output_bias, 0, -np.inf)
        self.adjust(np.zeros((1, self.vocabulary_size), F))

    def adjust(self, offsets: Floats, next_context: Ids | None = None) -> None:
        """See Network."""
        self._bias = _as_read(padded(offsets, 1) + self._output_bias, F)
        self._next_context = None if next_context is None else _as_read(padded(next_context, 1), np.int32)
        after = self._next_context
        self._addresses = self._bias.ctypes.data, None if after is None else after.ctypes.data

    def begin(self, languages: NDArray[np.intp]) -> State:
        """See Network."""
        return beginning(self._initial[languages])

    def read(self, state: State, given: Ids) -> None:
        """See Network."""
        self._run(state, len(given), given=_as_read(given, np.int32))

    def logits(self, state: State, given: Ids) -> Floats:
        """See Network."""
        logits = np.empty((*given.shape, len(self._output_bias)), F)
        self._run(state, len(given), given=_as_read(given, np.int32), logits=logits)
        return logits[..., : self.vocabulary_size]

    def write(self, state: State, uniforms: Uniforms) -> Ids:
        """See Network."""
        written = np.empty(uniforms.shape, np.int32)
        self._run(state, len(uniforms), uniform=_as_read(uniforms, np.uint32), written=written)
        return written

    def _run(self, state: State, steps: int, **arrays: NDArray[Any]) -> None:
        work = self._work(state)
        work.steps, work.bias, work.next_context = steps, self._addresses[0], self._addresses[1]
        for name in ("given", "uniform", "written", "logits"):
            setattr(work, name, arrays[name].ctypes.data if name in arrays else None)
        if self._kernel.run(self._panels.struct, work, self._variant):
            raise OSError(f"this processor can't run {self.variant}")

    def _work(self, state: State) -> WorkStruct:
        """Return the kernel's arguments for these rows, built once per network, since that costs as much as a step."""
        if not state.workspace or state.workspace[0] is not self._panels:
            scratch = np.empty(self._kernel.scratch_bytes(self._panels.struct, len(state)), np.uint8)
            addresses = {name: getattr(state, name).ctypes.data for name in ROWS}
            told = WorkStruct(len(state), scratch=scratch.ctypes.data, **addresses)
            state.workspace[:] = self._panels, scratch, told
        work: WorkStruct = state.workspace[2]
        return work


def _as_read(array: NDArray[Any], dtype: Any) -> NDArray[Any]:
    """Return an array in the kernel's layout: C-contiguous, with this dtype; copied if necessary."""
    return np.ascontiguousarray(array, dtype)
