"""Which ids may follow, depending on how the text ends and on the alphabet of its language."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.network import Ids
from tempera.models.tokenizers.words import AnyVocabulary


@dataclass(frozen=True)
class Contexts:
    """A context is language * classes + context class; in the last one, for reading only, all ids may follow."""

    forbidden: NDArray[np.bool_]  # (contexts, V)
    next_context: Ids | None  # (contexts, V); None = the context never changes
    classes: int

    @property
    def unrestricted(self) -> int:
        """The context in which all ids may follow, for reading."""
        return len(self.forbidden) - 1

    def of(self, language: int, context_class: int) -> int:
        """Return the context of a text by its language and the context class of its end."""
        return language * self.classes + context_class

    def never(self, language: int) -> NDArray[np.bool_]:
        """Return the ids that a language never writes (V,)."""
        own = self.forbidden[language * self.classes :][: self.classes]
        never: NDArray[np.bool_] = np.logical_and.reduce(own)
        return never


def contexts_of(vocabulary: AnyVocabulary, alphabets: Sequence[str]) -> Contexts:
    """`alphabets`: the characters of each language, "" = all; a text stays within its language's contexts."""
    by_class = np.array(vocabulary.forbidden, np.bool_)  # (classes, V)
    rows = [_within(by_class, vocabulary.outside(alphabet)) if alphabet else by_class for alphabet in alphabets]
    anything = np.zeros((1, len(vocabulary)), np.bool_)
    return Contexts(np.concatenate([*rows, anything]), _next_context(vocabulary, len(alphabets)), len(by_class))


def _within(by_class: NDArray[np.bool_], outside: list[bool]) -> NDArray[np.bool_]:
    """Forbid ids outside an alphabet; if that leaves a class nothing, it allows the whole alphabet."""
    alone = np.array(outside, np.bool_)
    both = by_class | alone
    return np.where(both.all(1, keepdims=True), alone, both)


def _next_context(vocabulary: AnyVocabulary, languages: int) -> Ids | None:
    next_class = np.array(vocabulary.next_class, np.int32)
    classes, size = next_class.shape
    if classes == 1:
        return None
    firsts = np.repeat(np.arange(0, languages * classes, classes, dtype=np.int32), classes)[:, None]
    within = np.tile(next_class, (languages, 1)) + firsts
    return np.concatenate([within, np.full((1, size), languages * classes, np.int32)])
