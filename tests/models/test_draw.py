"""The dial against its formula, p_i = softmax(logit_i / T), and a seed's draws, wherever they are taken up."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.draws import uniforms
from tempera.models.decoder.arithmetic.network import Uniforms
from tempera.models.decoder.arithmetic.sampling import inverse_temperature, next_id, sampling_of, whole_top_p
from tempera.models.decoder.arithmetic.specification import F
from tempera.models.sampling_params import SamplingParams

LARGEST_WEIGHT = 65504
LOGITS = [2.0, 1.0, 0.5, 0.0, -1.0, -3.0]
DRAWS = 20_000
MAX_HIDDEN = 4096
MANY = 1500
PLAIN = sampling_of(SamplingParams(temperature=1.0), MANY).item()
# 99.99th percentile of chi-square with 5 degrees of freedom; draws come from fixed seeds
CHI_SQUARE_LIMIT = 25.74


def draw(
    logits: list[float],
    temperature: float,
    top_k: int = 0,
    top_p: float = 1.0,
    min_p: float = 0.0,
    draws: int = DRAWS,
) -> NDArray[np.int64]:
    sampling = sampling_of(SamplingParams(top_k=top_k, min_p=min_p), len(logits))
    # Also temperatures and shares that people can't choose.
    sampling["inverse_temperature"], sampling["top_p"] = inverse_temperature(temperature), whole_top_p(top_p)
    given = np.array(logits, F)
    numbers = uniforms(11, 0, draws).tolist() if temperature else [0] * draws
    return np.array([next_id(given, sampling.item(), uniform) for uniform in numbers])


def formula(logits: list[float], temperature: float) -> list[float]:
    weights = [math.exp(logit / temperature) for logit in logits]
    return [weight / sum(weights) for weight in weights]


def chi_square(ids: NDArray[np.int64], expected: list[float]) -> float:
    counts = np.bincount(ids, minlength=len(expected)).tolist()
    assert all(count == 0 for count, share in zip(counts, expected, strict=True) if share == 0)
    chi_square: float = sum(
        (count - share * len(ids)) ** 2 / (share * len(ids))
        for count, share in zip(counts, expected, strict=True)
        if share
    )
    return chi_square


@pytest.mark.parametrize("temperature", [0.3, 0.8, 1.0, 1.5, 2.0])
def test_draws_follow_the_formula(temperature: float) -> None:
    assert chi_square(draw(LOGITS, temperature), formula(LOGITS, temperature)) < CHI_SQUARE_LIMIT


def test_the_chi_square_notices_a_slightly_wrong_temperature() -> None:
    assert chi_square(draw(LOGITS, 1.1), formula(LOGITS, 1.0)) > CHI_SQUARE_LIMIT


def test_zero_is_greedy() -> None:
    assert set(draw([0.0, 3.0, 2.9999998, 1.0], 0.0, draws=100).tolist()) == {1}


def test_the_lower_limit_is_reached_smoothly() -> None:
    assert set(draw([0.0, 3.0, 2.9], 0.01, draws=2000).tolist()) == {1}
    assert set(draw([0.0, 3.0, 2.9], 1e-45, draws=100).tolist()) == {1}


def test_the_upper_limit_is_uniform() -> None:
    assert chi_square(draw(LOGITS, 1e9), [1 / 6] * 6) < CHI_SQUARE_LIMIT


@pytest.mark.parametrize("temperature", [0.0, 0.01, 1.0, 2.0])
def test_minus_infinity_is_never_drawn(temperature: float) -> None:
    ids = draw([-math.inf, 1.0, -math.inf, 0.9, -math.inf], temperature, draws=2000)
    assert set(ids.tolist()) <= {1, 3}


@pytest.mark.parametrize("temperature", [0.0, 0.01])
@pytest.mark.filterwarnings("error")
def test_the_largest_logits_that_weights_allow_stay_finite(temperature: float) -> None:
    scale = float(LARGEST_WEIGHT * (MAX_HIDDEN + 1))
    assert set(draw([-scale, scale, 0.0], temperature, draws=50).tolist()) == {1}


def test_top_k_keeps_exactly_the_k_likeliest() -> None:
    shares = formula(LOGITS, 0.8)[:3]
    assert chi_square(draw(LOGITS, 0.8, top_k=3), [*(s / sum(shares) for s in shares), 0, 0, 0]) < CHI_SQUARE_LIMIT
    assert set(draw([1.0, 1.0, 1.0, 1.0], 1.0, top_k=2, draws=500).tolist()) == {0, 1}


def test_top_p_keeps_the_fewest_that_reach_the_share() -> None:
    shares = formula(LOGITS, 1.0)
    kept = shares[:3]
    assert sum(kept[:2]) < 0.8 <= sum(kept)
    assert chi_square(draw(LOGITS, 1.0, top_p=0.8), [*(s / sum(kept) for s in kept), 0, 0, 0]) < CHI_SQUARE_LIMIT
    assert set(draw(LOGITS, 1.0, top_p=1e-6, draws=500).tolist()) == {0}


def test_top_p_counts_within_top_k() -> None:
    shares = formula(LOGITS, 1.0)[:3]
    assert shares[0] / sum(shares) < 0.8 < sum(shares[:2]) / sum(shares)
    assert set(draw(LOGITS, 1.0, top_k=3, top_p=0.8, draws=2000).tolist()) == {0, 1}


def test_min_p_keeps_what_is_likely_enough_beside_the_most_likely() -> None:
    shares = formula(LOGITS, 1.0)
    kept = [share if share >= 0.2 * shares[0] else 0.0 for share in shares]
    assert sum(share > 0 for share in kept) == 3
    assert chi_square(draw(LOGITS, 1.0, min_p=0.2), [share / sum(kept) for share in kept]) < CHI_SQUARE_LIMIT
    assert set(draw([1.0, 1.0, 0.999], 1.0, min_p=1.0, draws=500).tolist()) == {0, 1}
    assert set(draw(LOGITS, 0.0, min_p=0.5, draws=5).tolist()) == {0}


def test_min_p_grows_with_the_temperature_as_probabilities_do() -> None:
    """It is taken after the temperature: at a high one more tokens are likely enough."""
    assert len(set(draw(LOGITS, 0.5, min_p=0.1).tolist())) == 2
    assert len(set(draw(LOGITS, 2.0, min_p=0.1).tolist())) == 5


def test_top_k_and_top_p_count_what_min_p_has_left() -> None:
    assert set(draw(LOGITS, 1.0, top_k=5, min_p=0.2, draws=5000).tolist()) == {0, 1, 2}
    assert set(draw(LOGITS, 1.0, top_p=0.99, min_p=0.3, draws=5000).tolist()) == {0, 1}
    assert set(draw(LOGITS, 1.0, top_k=1, min_p=0.2, draws=500).tolist()) == {0}


def test_a_large_nucleus_holds_exactly_the_likeliest() -> None:
    order = np.random.default_rng(1).permutation(MANY)
    flat = (0.001 * order).tolist()
    shares = sorted(formula(flat, 1.0), reverse=True)
    size = int(np.searchsorted(np.cumsum(shares), 0.9)) + 1
    ranks = MANY - 1 - order[draw(flat, 1.0, top_p=0.9, draws=5000)]
    assert size - 20 < ranks.max() <= size
    assert len(set(ranks.tolist())) > size * 0.9


def test_a_large_vocabulary_follows_the_formula() -> None:
    """Draws are compared in six classes, which the ids share out in turn."""
    many = [LOGITS[index % 6] for index in range(1200)]
    assert chi_square(draw(many, 0.8, draws=10_000) % 6, formula(LOGITS, 0.8)) < CHI_SQUARE_LIMIT


@pytest.mark.parametrize("size", [3, 2000])
def test_the_smallest_and_the_largest_draw_land_on_the_first_and_the_last_likely_id(size: int) -> None:
    first, last = np.full(size, -math.inf, F), np.full(size, -math.inf, F)
    first[size // 2 :] = last[: size // 2] = 0.0
    assert next_id(first, PLAIN, 0) == size // 2
    assert next_id(last, PLAIN, 2**32 - 1) == size // 2 - 1


@pytest.mark.parametrize(
    ("share", "whole"), [(1.0, 0), (1.5, 0), (0.5, 2**31), (1e-12, 1), (0.0, 1), (1 - 2**-40, 2**32 - 1)]
)
def test_a_share_becomes_a_whole_number_and_is_off_from_1_on(share: float, whole: int) -> None:
    assert whole_top_p(share) == whole


def sliced(seed: int, first: int, count: int) -> Uniforms:
    """Return the upper halves of the generator's numbers, from the very first."""
    words = np.random.Philox(key=seed).random_raw(first + count)
    return np.array([word >> 32 for word in words.tolist()][first:], np.uint32)


@pytest.mark.parametrize("first", [0, 1, 3, 4, 5, 1000, 2**20])
@pytest.mark.parametrize("count", [0, 1, 9])
def test_a_jump_gives_the_draws_that_counting_gives(first: int, count: int) -> None:
    jumped = uniforms(5, first, count)
    assert jumped.dtype == np.uint32
    assert jumped.tolist() == sliced(5, first, count).tolist()


def test_draws_belong_to_their_seed() -> None:
    assert uniforms(5, 0, 3).tolist() == [3151414882, 2536266856, 892532603]
    assert uniforms(5, 0, 10).tolist() != uniforms(6, 0, 10).tolist()
