"""The interface of every implementation of the arithmetic: reading and writing rows of texts, a chunk at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.sampling import sampling_of
from tempera.models.decoder.arithmetic.specification import Floats
from tempera.models.sampling_params import SamplingParams

Ids = NDArray[np.int32]
Uniforms = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class State:
    """The state of texts; every array has a row per text, and implementations change the arrays in place."""

    hidden: NDArray[np.int8]  # (R, layers, units)
    memory: Floats  # (R, layers, units)
    ids: Ids  # (R,): what the next step reads
    context: Ids  # (R,): which row of the offsets applies
    sampling: NDArray[Any]  # (R,) of SAMPLING: how the next token is sampled
    workspace: list[Any] = field(default_factory=list, repr=False, compare=False)  # private to the implementation

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, chosen: Any) -> "State":
        """Return some of the rows, by a mask, indices or a slice."""
        return _state(np.ascontiguousarray(array[chosen]) for array in self.arrays)

    def and_also(self, other: "State") -> "State":
        """Return these rows followed by the others."""
        return _state(map(np.concatenate, zip(self.arrays, other.arrays, strict=True)))

    @property
    def arrays(self) -> list[NDArray[Any]]:
        """All arrays with a row per text, in the order of ROWS."""
        return [getattr(self, name) for name in ROWS]


ROWS = tuple(name for name in State.__slots__ if name != "workspace")


def _state(arrays: Iterable[NDArray[Any]]) -> State:
    return State(**dict(zip(ROWS, arrays, strict=True)))  # type: ignore[arg-type]  # each of its own dtype


def beginning(initial: Floats) -> State:
    """initial (R, layers, parts, units), in levels -> rows in these states, sampled at T = 1."""
    rows = len(initial)
    return State(
        hidden=np.rint(initial[:, :, 0]).astype(np.int8, order="C"),
        memory=initial[:, :, -1].copy(),
        ids=np.zeros(rows, np.int32),
        context=np.zeros(rows, np.int32),
        sampling=np.full(rows, sampling_of(SamplingParams(temperature=1.0), 0)),
    )


class Network(Protocol):
    """A network that reads and writes; it computes what specification.py defines, to the last bit.

    Several threads may call it at the same time, each with its own rows.
    """

    languages: int
    vocabulary_size: int
    variant: str  # the implementation: specification, or a variant of the kernel
    size_bytes: int

    def adjust(self, offsets: Floats, next_context: Ids | None = None) -> None:
        """Set what is added to the logits in each context, -inf = forbidden, and the context after each id.

        Both (contexts, V). Without `next_context`, a row stays in its context. Every context allows at least one id.
        """

    def begin(self, languages: NDArray[np.intp]) -> State:
        """languages (R,) -> rows in the initial states of these languages: context 0, T = 1, nothing filtered."""

    def read(self, state: State, given: Ids) -> None:
        """given (steps, R) -> rows that have read these ids; `state.ids` is unchanged."""

    def logits(self, state: State, given: Ids) -> Floats:
        """Like `read` -> logits (steps, R, V) of the token after each id."""

    def write(self, state: State, uniforms: Uniforms) -> Ids:
        """uniforms (steps, R) -> ids written (steps, R); `state.ids` becomes the last ones."""
