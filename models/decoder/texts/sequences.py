"""The texts in a batch and their states, kept in step."""

from collections.abc import Container
from dataclasses import dataclass, field

import numpy as np

from tempera.models.decoder.arithmetic.network import Ids, State, Uniforms
from tempera.models.endings import urgency
from tempera.models.engine.request import SampleRequest

URGED_TOKENS = 16  # between changes of a text's urgency: as long as a chunk, so that it is rarely cut short
UNENDING = 2**31


@dataclass
class Sequence:
    """One text."""

    key: int
    request: SampleRequest
    unread: Ids  # tokens of the prompt to read; writing starts with the last one
    draws: Uniforms  # for the tokens still to be written; at least as many as there will be
    tokens: int  # written so far
    end: str = ""  # of a record, which ends the text
    text: str = field(init=False)  # written so far, with what is held back
    held_back: list[str] = field(default_factory=list)  # last tokens, while the text may end in or before them

    def __post_init__(self) -> None:
        """Begin with what is written already."""
        self.text = self.request.prompt[len(self.request.prompt) - self.request.written :]

    @property
    def left(self) -> int:
        """Number of characters that can still be written."""
        return self.request.longest - len(self.text)

    @property
    def steady_steps(self) -> int:
        """How many steps come before its urgency may change: the same ones, however long chunks are."""
        return UNENDING if self.request.params.finish == "exact" else URGED_TOKENS - self.tokens % URGED_TOKENS

    @property
    def is_urged(self) -> bool:
        """Whether its urgency may change now."""
        return self.request.params.finish == "sentence" and self.tokens % URGED_TOKENS == 0

    @property
    def urgency(self) -> int:
        """See tempera.models.endings.urgency."""
        return urgency(len(self.text), self.request.params.length)


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
