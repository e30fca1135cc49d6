"""What is added to the logits: it depends on how the text ends, on its language, and on whether it should end soon.

A context is (language * LEVELS + level) * classes + context class; in the last one, for reading only, all ids may
follow. The one before it is the start of a record, of which at least one token is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.network import Ids
from tempera.models.decoder.arithmetic.specification import F, Floats
from tempera.models.endings import URGENCIES, is_mark_of_end
from tempera.models.tokenizers.words import AnyVocabulary

ENCOURAGEMENT_NATS = 2.0  # by which each level of urgency raises the ends of sentences
LEVELS = URGENCIES + 1


@dataclass(frozen=True)
class Contexts:
    """The offsets of the logits, and which context follows which."""

    offsets: Floats  # (contexts, V); -inf = forbidden
    next_context: Ids | None  # (contexts, V); None = the context never changes
    classes: int

    @property
    def unrestricted(self) -> int:
        """The context in which all ids may follow, for reading."""
        return len(self.offsets) - 1

    @property
    def start(self) -> int:
        """The context in which a record starts."""
        return len(self.offsets) - 2

    def of(self, language: int, context_class: int) -> int:
        """Return the context of a text by its language and the context class of its end."""
        return language * LEVELS * self.classes + context_class

    def urged(self, context: int, urgency: int) -> int:
        """Return the same context at a level of urgency, 0 = none, with which a text should come to its end."""
        language, context_class = context // (LEVELS * self.classes), context % self.classes
        return self.of(language, context_class) + urgency * self.classes

    def never(self, language: int) -> NDArray[np.bool_]:
        """Return the ids that a language never writes (V,)."""
        own = self.offsets[self.of(language, 0) :][: self.classes]
        never: NDArray[np.bool_] = np.logical_and.reduce(np.isneginf(own))
        return never


def contexts_of(vocabulary: AnyVocabulary, alphabets: Sequence[str], end: str = "") -> Contexts:
    """`alphabets`: the characters of each language, "" = all; a text stays within its language's contexts.

    `end`: of a record, with which none starts.
    """
    by_class = np.array(vocabulary.forbidden, np.bool_)  # (classes, V)
    forbidden = [_within(by_class, vocabulary.outside(alphabet)) if alphabet else by_class for alphabet in alphabets]
    marks = np.array([is_mark_of_end(vocabulary.token(index)) for index in range(len(vocabulary))], F)
    urged = np.outer(np.array(vocabulary.may_end, F), marks)  # (classes, V)
    levels = [urged * F(level * ENCOURAGEMENT_NATS) for level in range(LEVELS)]
    rows = [np.where(each, F(-np.inf), offset) for each in forbidden for offset in levels]
    after_end = vocabulary.context_class(end)
    start = rows[0][after_end : after_end + 1].copy()
    if end:
        start[:, [vocabulary.ids[end]]] = -np.inf
    offsets = np.concatenate([*rows, start, np.zeros((1, len(vocabulary)), F)])
    return Contexts(offsets, _next_context(vocabulary, len(alphabets) * LEVELS, after_end), len(by_class))


def _within(by_class: NDArray[np.bool_], outside: list[list[bool]]) -> NDArray[np.bool_]:
    """Forbid ids outside an alphabet; if that leaves a class nothing, it allows the whole alphabet."""
    alone = np.array(outside, np.bool_)
    both = by_class | alone
    return np.where(both.all(1, keepdims=True), alone, both)


def _next_context(vocabulary: AnyVocabulary, groups: int, after_end: int) -> Ids | None:
    """groups: of contexts, which a text doesn't leave by itself; `after_end`: the class in which records start."""
    next_class = np.array(vocabulary.next_class, np.int32)
    classes, size = next_class.shape
    if classes == 1:
        return None
    firsts = np.repeat(np.arange(0, groups * classes, classes, dtype=np.int32), classes)[:, None]
    within = np.tile(next_class, (groups, 1)) + firsts
    start, unrestricted = within[after_end : after_end + 1], np.full((1, size), groups * classes + 1, np.int32)
    return np.concatenate([within, start, unrestricted])
