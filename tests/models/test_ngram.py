"""N-grams: a tiny text worked out by hand, and what holds for every text."""

import math

import numpy as np
import pytest

from tempera.models.comparison.ngram import FALLBACK_DISCOUNTS, NGram, _discounts

# The ring a-a-a-a-b, order 2; too few counts of counts, so discounts are 0.5, 1 and 1.5.
# Before a stand a and b, before b only a: counts of 2 and 1, whatever their frequency.
# P(a) = (2 - 1) / 3 + (1 + 0.5) / 3 * 1/2 = 7/12, P(b) = (1 - 0.5) / 3 + 0.5 * 1/2 = 5/12.
# aa occurs three times, ab and ba once: after a (four times) 1.5 / 4, 0.5 / 4 and 2 / 4 are left, after b (once) 0.5.
AFTER_A = [3 / 8 + 1 / 2 * 7 / 12, 1 / 8 + 1 / 2 * 5 / 12]
AFTER_B = [1 / 2 + 1 / 2 * 7 / 12, 1 / 2 * 5 / 12]


def ids(text: str) -> np.ndarray:
    return np.array([ord(character) - ord("a") for character in text])


def random_ids(length: int, size: int = 5) -> np.ndarray:
    """A text with structure: squares of uniform numbers, sorted in stretches."""
    draws = np.random.default_rng(3).random(length).reshape(-1, 5)
    return (size * np.sort(draws, axis=1) ** 2).astype(np.int64).flatten()


def test_a_tiny_text_gives_the_probabilities_worked_out_by_hand() -> None:
    model = NGram(ids("aaaab"), 2, 2)
    assert model.next(ids("a")) == pytest.approx(AFTER_A)
    assert model.next(ids("b")) == pytest.approx(AFTER_B)
    assert model.next(ids("")) == pytest.approx([7 / 12, 5 / 12])
    assert len(model) == 5
    assert model.loss(ids("aba")) == pytest.approx(-(math.log(AFTER_A[1]) + math.log(AFTER_B[0])) / 2)


def test_discounts_come_from_counts_of_counts() -> None:
    # n1..n4 = 4, 2, 1, 1: Y = 4 / (4 + 2 * 2) = 1/2; 1 - 2 * Y * 2/4, 2 - 3 * Y * 1/2, 3 - 4 * Y * 1/1
    assert _discounts(np.array([1, 1, 1, 1, 2, 2, 3, 4, 9])) == pytest.approx((0.5, 1.25, 1.0))
    assert _discounts(np.array([1, 1, 1, 1, 2, 2, 3, 9])) == FALLBACK_DISCOUNTS
    assert _discounts(np.array([1, 2, 3, 3, 3, 4])) == FALLBACK_DISCOUNTS  # Y = 1/3: 2 - 3 * Y * 3/1 < 0


@pytest.mark.parametrize("order", [1, 2, 3, 6])
def test_probabilities_sum_to_one_after_known_and_unknown_contexts(order: int) -> None:
    text = random_ids(2000)
    model = NGram(text, 5, order)
    for context in ([], [4, 4, 4, 4, 4, 4], *(text[start : start + 7] for start in range(0, 900, 50))):
        probabilities = model.next(np.array(context, np.int64))
        assert probabilities.sum() == pytest.approx(1)
        assert (probabilities > 0).all()


def test_the_loss_is_the_mean_surprise_of_each_id_after_all_before_it() -> None:
    text, other = random_ids(3000), random_ids(4000)[3000:3400][::-1].copy()
    model = NGram(text, 5, 4)
    surprises = [-math.log(model.next(other[:place])[other[place]]) for place in range(1, len(other))]
    assert model.loss(other) == pytest.approx(np.mean(surprises))
    forgetful = [-math.log(model.next(other[(p - 1) // 64 * 64 : p])[other[p]]) for p in range(1, len(other))]
    assert model.loss(other, window=64) == pytest.approx(np.mean(forgetful))
    assert model.loss(other, window=64) != pytest.approx(model.loss(other))


def test_longer_contexts_learn_what_shorter_ones_cannot() -> None:
    text = ids("abcabd" * 500)
    losses = [NGram(text, 4, order).loss(text) for order in (1, 2, 3, 4)]
    assert losses == sorted(losses, reverse=True)
    assert losses[2] > 0.2 > 0.05 > losses[3]


def test_samples_follow_the_seed_and_the_temperature() -> None:
    text = random_ids(3000)
    model = NGram(text, 5, 3)
    begin = text[:2]
    likeliest = begin.tolist()
    for _ in range(20):
        likeliest.append(int(model.next(np.array(likeliest)).argmax()))
    assert model.sample(begin, 0, 20, seed=1) == likeliest[2:]
    assert model.sample(begin, 1.0, 50, seed=1) == model.sample(begin, 1.0, 50, seed=1)
    assert model.sample(begin, 1.0, 50, seed=1) != model.sample(begin, 1.0, 50, seed=2)
    drawn = np.bincount(model.sample(begin, 1.0, 4000, seed=1), minlength=5) / 4000
    assert drawn == pytest.approx(np.bincount(text) / len(text), abs=0.05)
