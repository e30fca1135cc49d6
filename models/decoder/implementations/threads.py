"""Distribute rows among threads; each row is computed separately, so the bits are the same."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.network import Ids, Network, State, Uniforms
from tempera.models.decoder.arithmetic.specification import Floats

LEAST_ROWS = 8  # per thread; with fewer, synchronization costs more than it saves
Result = TypeVar("Result")


def threaded(network: Network, threads: int) -> Network:
    """Return the network with its rows distributed among threads."""
    return ThreadedNetwork(network, threads) if threads > 1 else network


class ThreadedNetwork:
    """A tempera.models.decoder.arithmetic.network.Network that gives each thread a range of rows."""

    def __init__(self, network: Network, threads: int) -> None:
        self._network, self._threads = network, threads
        self._pool = ThreadPoolExecutor(threads - 1, "rows")  # the calling thread computes, too
        self.languages, self.vocabulary_size = network.languages, network.vocabulary_size
        self.variant, self.size_bytes = network.variant, network.size_bytes

    def adjust(self, offsets: Floats, next_context: Ids | None = None) -> None:
        """See Network."""
        self._network.adjust(offsets, next_context)

    def begin(self, languages: NDArray[np.intp]) -> State:
        """See Network."""
        return self._network.begin(languages)

    def read(self, state: State, given: Ids) -> None:
        """See Network."""
        self._shared(self._network.read, state, given)

    def logits(self, state: State, given: Ids) -> Floats:
        """See Network."""
        return np.concatenate(self._shared(self._network.logits, state, given), axis=1)

    def write(self, state: State, uniforms: Uniforms) -> Ids:
        """See Network."""
        return np.concatenate(self._shared(self._network.write, state, uniforms), axis=1)

    def _shared(self, compute: Callable[[State, Any], Result], state: State, steps: NDArray[Any]) -> list[Result]:
        """Compute (steps, R) on ranges of rows, which are changed in place; return the results in order."""
        slices = list(self._slices(len(state)))
        if len(slices) == 1:
            return [compute(state, steps)]
        parts = [(state.rows(rows), np.ascontiguousarray(steps[:, rows])) for rows in slices]
        others = [self._pool.submit(compute, *part) for part in parts[1:]]
        first = compute(*parts[0])
        return [first, *(other.result() for other in others)]

    def _slices(self, rows: int) -> Iterator[slice]:
        """Yield equal ranges of rows, one per thread, or fewer if they would be too small."""
        parts = max(1, min(self._threads, rows // LEAST_ROWS))
        ends = [rows * part // parts for part in range(parts + 1)]
        return map(slice, ends, ends[1:])
