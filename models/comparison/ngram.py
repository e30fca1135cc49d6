"""Character n-grams with interpolated modified Kneser-Ney smoothing: the baseline for the networks.

Chen and Goodman, "An Empirical Study of Smoothing Techniques for Language Modeling", Harvard TR-10-98 (1998).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.draws import uniforms
from tempera.models.decoder.arithmetic.sampling import next_id, sampling_of
from tempera.models.decoder.arithmetic.specification import F
from tempera.models.sampling_params import SamplingParams

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]

UNSEEN = -1  # index of a gram that does not occur in the text
# As in KenLM, when counts of counts give no discounts, for example among single characters.
FALLBACK_DISCOUNTS = (0.5, 1.0, 1.5)


@dataclass(frozen=True)
class Grams:
    """All grams of one length; a gram's index is the position of its key."""

    keys: Ids  # sorted: (index of the gram without its last id) * (vocabulary size) + last id
    discounted: Floats  # by gram: (count - discount) / count of the context
    back_off: Floats  # by context: probability mass left to shorter contexts

    def numbers(self, contexts: Ids, ids: Ids, vocabulary_size: int) -> Ids:
        """Return the index of each context with an id appended, or UNSEEN; UNSEEN contexts have negative keys."""
        wanted = contexts * vocabulary_size + ids
        places = np.searchsorted(self.keys, wanted).clip(max=len(self.keys) - 1)
        return np.where(self.keys[places] == wanted, places, UNSEEN)


class NGram:
    """A model of the next id given the `order` - 1 ids before it."""

    def __init__(self, ids: Ids, vocabulary_size: int, order: int) -> None:
        self.vocabulary_size = vocabulary_size
        self.lengths = _counted(ids, vocabulary_size, order)

    def __len__(self) -> int:
        """Number of distinct grams of all lengths."""
        return sum(len(grams.keys) for grams in self.lengths)

    def loss(self, ids: Ids, window: int | None = None) -> float:
        """Return nats per id except the first; with a window, the context is reset after that many predictions."""
        size = window or len(ids)
        parts = [ids[start : start + size + 1] for start in range(0, len(ids) - 1, size)]
        return -sum(float(np.log(self._scored(part)).sum()) for part in parts) / (len(ids) - 1)

    def next(self, ids: Ids) -> Floats:
        """Return the probability of every id after `ids`."""
        every = np.arange(self.vocabulary_size)
        contexts = [np.full_like(every, before[-1]) for before in self._contexts(ids[-len(self.lengths) :])]
        return self._probabilities(contexts, every)

    def sample(self, ids: Ids, temperature: float, length: int, seed: int) -> list[int]:
        """Continue `ids`; random numbers and temperature work as for the networks."""
        history: list[int] = ids.tolist()
        sampling = sampling_of(SamplingParams(temperature=temperature), self.vocabulary_size).item()
        for uniform in uniforms(seed, 0, length).tolist() if temperature else [0] * length:
            logits = np.log(self.next(np.array(history))).astype(F)
            history.append(next_id(logits, sampling, uniform))
        return history[len(ids) :]

    def _scored(self, ids: Ids) -> Floats:
        """Return the probability of each id but the first."""
        return self._probabilities([before[1:-1] for before in self._contexts(ids)], ids[1:])

    def _contexts(self, ids: Ids) -> list[Ids]:
        """Return, by length from 0, the indices of the grams that end before each id and after the last."""
        contexts = [np.zeros(len(ids) + 1, np.int64)]
        for grams in self.lengths[:-1]:
            ending = grams.numbers(contexts[-1][:-1], ids, self.vocabulary_size)
            contexts.append(np.concatenate([[UNSEEN], ending]))
        return contexts

    def _probabilities(self, contexts: list[Ids], ids: Ids) -> Floats:
        """Interpolate from the shortest to the longest known context; contexts by length, each (count,)."""
        probabilities = np.full(len(ids), 1 / self.vocabulary_size)
        for grams, context in zip(self.lengths, contexts, strict=True):
            number = grams.numbers(context, ids, self.vocabulary_size)
            own = np.where(number == UNSEEN, 0.0, grams.discounted[number])
            interpolated = own + grams.back_off[context] * probabilities
            probabilities = np.where(context == UNSEEN, probabilities, interpolated)
        return probabilities


def _counted(ids: Ids, vocabulary_size: int, order: int) -> list[Grams]:
    """Count a text's grams by length; the text wraps around, so that every gram has a predecessor.

    The longest grams are counted by occurrences, shorter ones by the number of distinct ids before them (Kneser-Ney).
    """
    endings = [np.zeros_like(ids)]  # by length from 0: index of the gram ending with each id
    keys, places = [], []  # by length from 1: distinct grams, and a position where each ends
    for _ in range(order):
        grams = np.roll(endings[-1], 1) * vocabulary_size + ids
        distinct, place, ending = np.unique(grams, return_index=True, return_inverse=True)
        keys.append(distinct)
        places.append(place)
        endings.append(ending)
    counts = [np.bincount(ending[place]) for ending, place in zip(endings[1:], places[1:], strict=False)]
    counts.append(np.bincount(endings[order]))
    return [_discounted(*each, vocabulary_size) for each in zip(keys, counts, strict=True)]


def _discounted(keys: Ids, counts: Ids, vocabulary_size: int) -> Grams:
    contexts = keys // vocabulary_size
    discounts = np.array([0.0, *_discounts(counts)])[counts.clip(max=3)]
    totals = np.bincount(contexts, counts)
    return Grams(keys, (counts - discounts) / totals[contexts], np.bincount(contexts, discounts) / totals)


def _discounts(counts: Ids) -> tuple[float, ...]:
    """Return the discounts for counts 1, 2 and 3 or more, estimated from the counts of counts 1 to 4."""
    n = np.bincount(counts, minlength=5)
    if not n[1:5].all():
        return FALLBACK_DISCOUNTS
    y = n[1] / (n[1] + 2 * n[2])
    discounts = tuple(float(count - (count + 1) * y * n[count + 1] / n[count]) for count in (1, 2, 3))
    return discounts if all(discount > 0 for discount in discounts) else FALLBACK_DISCOUNTS
