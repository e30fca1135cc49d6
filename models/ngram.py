"""Character n-grams with interpolated modified Kneser-Ney smoothing: the Markov chain that a network has to beat.

Chen and Goodman, "An Empirical Study of Smoothing Techniques for Language Modeling", Harvard TR-10-98 (1998).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.decoder.draws import uniforms
from models.decoder.sampling import inverse_temperature, next_id
from models.decoder.specification import F

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]

UNSEEN = -1  # in place of the number of a gram that the text does not hold
# Where counts of counts give no discounts, as among single characters: what KenLM falls back to.
FALLBACK_DISCOUNTS = (0.5, 1.0, 1.5)


@dataclass(frozen=True)
class Grams:
    """All grams of one length; the number of a gram is the place of its key."""

    keys: Ids  # sorted: (number of the gram without its last id) * (size of the vocabulary) + last id
    discounted: Floats  # by gram: its count less the discount, as a share of its context's count
    back_off: Floats  # by context: the share that the discounts leave to shorter contexts

    def numbers(self, contexts: Ids, ids: Ids, vocabulary_size: int) -> Ids:
        """Return the number of each context with its id appended, or UNSEEN; UNSEEN contexts have negative keys."""
        wanted = contexts * vocabulary_size + ids
        places = np.searchsorted(self.keys, wanted).clip(max=len(self.keys) - 1)
        return np.where(self.keys[places] == wanted, places, UNSEEN)


class NGram:
    """Probabilities of the next id, given the `order` - 1 ids before it."""

    def __init__(self, ids: Ids, vocabulary_size: int, order: int) -> None:
        self.vocabulary_size = vocabulary_size
        self.lengths = _counted(ids, vocabulary_size, order)

    def __len__(self) -> int:
        """How many different grams of all lengths were counted."""
        return sum(len(grams.keys) for grams in self.lengths)

    def loss(self, ids: Ids, window: int | None = None) -> float:
        """Return nats per id of all but the first; with a window, contexts begin anew after so many predictions."""
        size = window or len(ids)
        parts = [ids[start : start + size + 1] for start in range(0, len(ids) - 1, size)]
        return -sum(float(np.log(self._scored(part)).sum()) for part in parts) / (len(ids) - 1)

    def next(self, ids: Ids) -> Floats:
        """Return every id's probability to come after `ids`."""
        every = np.arange(self.vocabulary_size)
        contexts = [np.full_like(every, before[-1]) for before in self._contexts(ids[-len(self.lengths) :])]
        return self._probabilities(contexts, every)

    def sample(self, ids: Ids, temperature: float, length: int, seed: int) -> list[int]:
        """Write on from `ids`; draws and temperature are those of the networks."""
        history: list[int] = ids.tolist()
        for uniform in uniforms(seed, 0, length).tolist() if temperature else [0] * length:
            logits = np.log(self.next(np.array(history))).astype(F)
            history.append(next_id(logits, (float(inverse_temperature(temperature)), 0, 0), uniform))
        return history[len(ids) :]

    def _scored(self, ids: Ids) -> Floats:
        """Return the probability of each id but the first."""
        return self._probabilities([before[1:-1] for before in self._contexts(ids)], ids[1:])

    def _contexts(self, ids: Ids) -> list[Ids]:
        """Return, by length from 0, the numbers of the grams that end before each id and after the last."""
        contexts = [np.zeros(len(ids) + 1, np.int64)]
        for grams in self.lengths[:-1]:
            ending = grams.numbers(contexts[-1][:-1], ids, self.vocabulary_size)
            contexts.append(np.concatenate([[UNSEEN], ending]))
        return contexts

    def _probabilities(self, contexts: list[Ids], ids: Ids) -> Floats:
        """Interpolate from the shortest context to the longest that is known: contexts by length, all (count,)."""
        probabilities = np.full(len(ids), 1 / self.vocabulary_size)
        for grams, context in zip(self.lengths, contexts, strict=True):
            number = grams.numbers(context, ids, self.vocabulary_size)
            own = np.where(number == UNSEEN, 0.0, grams.discounted[number])
            interpolated = own + grams.back_off[context] * probabilities
            probabilities = np.where(context == UNSEEN, probabilities, interpolated)
        return probabilities


def _counted(ids: Ids, vocabulary_size: int, order: int) -> list[Grams]:
    """Count a text's grams by length; its end joins its beginning, so that something stands before every gram.

    The longest count how often they stand there, the others how many different ids stand before them.
    """
    endings = [np.zeros_like(ids)]  # by length from 0: the number of the gram that ends with each id
    keys, places = [], []  # by length from 1: the distinct grams, and where one of each ends
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
    """Return what is taken off a count of one, of two, and of three or more, from how many grams count one to four."""
    n = np.bincount(counts, minlength=5)
    if not n[1:5].all():
        return FALLBACK_DISCOUNTS
    y = n[1] / (n[1] + 2 * n[2])
    discounts = tuple(float(count - (count + 1) * y * n[count + 1] / n[count]) for count in (1, 2, 3))
    return discounts if all(discount > 0 for discount in discounts) else FALLBACK_DISCOUNTS
