"""How fluent a model's texts are: how many of their words it has never seen, and how much of them is in a loop."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from tempera.models.formats.training_words import TrainingWords, words
from tempera.models.loops import loop_fraction

TEXTS = 10  # at each temperature
LENGTH = 1500  # characters per text
SEED = 0  # of the first text
CANDIDATES = tuple(tenths / 10 for tenths in range(1, 11))  # temperatures
MAX_UNSEEN_FRACTION = 0.02  # of the words
MAX_LOOP_FRACTION = 0.01  # of the characters


@dataclass(frozen=True, slots=True)
class Fluency:
    """Means over the texts at one temperature."""

    unseen_fraction: float  # of words
    loop_fraction: float  # of characters

    @property
    def suffices(self) -> bool:
        """Whether both are low enough for a default."""
        return self.unseen_fraction <= MAX_UNSEEN_FRACTION and self.loop_fraction <= MAX_LOOP_FRACTION


def fluency(texts: list[str], training_words: TrainingWords) -> Fluency:
    """Return the fluency of a model's texts."""
    return Fluency(fmean(unseen_fraction(text, training_words) for text in texts), fmean(map(loop_fraction, texts)))


def default_temperature(fluencies: Mapping[float, Fluency]) -> float | None:
    """Return the highest candidate at which texts are fluent, None if there is none; `fluencies` by temperature."""
    fluent = (temperature for temperature in CANDIDATES if temperature in fluencies and fluencies[temperature].suffices)
    return max(fluent, default=None)


def unseen_fraction(text: str, training_words: TrainingWords) -> float:
    """Return the fraction of a text's words that are not in the training text."""
    inner = inner_words(text)
    return sum(word not in training_words for word in inner) / max(1, len(inner))


def inner_words(text: str) -> list[str]:
    """Return a text's words without the first and the last, which may be incomplete."""
    return words(text)[1:-1]
