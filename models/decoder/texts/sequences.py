"""The texts in a batch and their states, kept in step."""

from collections.abc import Container
from dataclasses import dataclass, field

import numpy as np

from tempera.models.decoder.arithmetic.network import Ids, State, Uniforms
from tempera.models.engine.request import SampleRequest


@dataclass
class Sequence:
    """One text."""

    key: int
    request: SampleRequest
    unread: Ids  # tokens of the prompt to read; writing starts with the last one
    draws: Uniforms  # for the tokens still to be written; at least as many as there will be
    end: str  # the last two characters of prompt and text
    written: int = 0  # characters
    held_back: list[str] = field(default_factory=list)  # last tokens, while the stop string may start in the first

    @property
    def left(self) -> int:
        """Number of characters still to be written."""
        return self.request.params.length - self.written


@dataclass(frozen=True)
class Sequences:
    """Texts with their state: sequence i of the state belongs to `texts[i]`."""

    texts: list[Sequence]
    state: State

    def without(self, keys: Container[int]) -> "Sequences":
        """Return the rows of all texts except these."""
        return self._only([index for index, text in enumerate(self.texts) if text.key not in keys])

    def among(self, keys: Container[int]) -> "Sequences":
        """Return the rows of these texts."""
        return self._only([index for index, text in enumerate(self.texts) if text.key in keys])

    def and_also(self, others: "Sequences") -> "Sequences":
        """Return these rows followed by the others."""
        return Sequences([*self.texts, *others.texts], self.state.and_also(others.state)) if others.texts else self

    def _only(self, indexes: list[int]) -> "Sequences":
        if len(indexes) == len(self.texts):
            return self
        return Sequences([self.texts[index] for index in indexes], self.state.rows(np.array(indexes, np.intp)))


def next_uniforms(texts: list[Sequence], steps: int) -> Uniforms:
    """Return the draws of the next steps (steps, R); 0 after a text's last one."""
    uniforms = np.zeros((steps, len(texts)), np.uint32)
    for index, text in enumerate(texts):
        some = text.draws[:steps]
        uniforms[: len(some), index] = some
    return uniforms
