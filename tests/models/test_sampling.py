"""The dial against its formula: p_i = softmax(logit_i / T)."""

import math

import pytest
import torch
from torch import Tensor

from models.sampling import next_ids, scaled, uniform_draws

LOGITS = [2.0, 1.0, 0.5, 0.0, -1.0, -3.0]
DRAWS = 60_000
# 99.99th percentile of chi-square with 5 degrees of freedom; draws come from fixed seeds
CHI_SQUARE_LIMIT = 25.74


def draw(logits: list[float], temperature: float, top_k: int = 0, top_p: float = 1.0, draws: int = DRAWS) -> Tensor:
    rows = torch.tensor([logits]).expand(draws, -1)
    uniforms = torch.tensor(uniform_draws(11, 0, draws), dtype=torch.float64)
    full = torch.full((draws,), 1.0, dtype=torch.float64)
    return next_ids(rows, full * temperature, torch.full((draws,), top_k), full * top_p, uniforms)


def formula(logits: list[float], temperature: float) -> list[float]:
    weights = [math.exp(logit / temperature) for logit in logits]
    return [weight / sum(weights) for weight in weights]


def chi_square(ids: Tensor, expected: list[float]) -> float:
    counts = torch.bincount(ids, minlength=len(expected)).tolist()
    assert all(count == 0 for count, share in zip(counts, expected, strict=True) if share == 0)
    return sum(
        (count - share * len(ids)) ** 2 / (share * len(ids))
        for count, share in zip(counts, expected, strict=True)
        if share
    )


@pytest.mark.parametrize("temperature", [0.3, 0.8, 1.0, 1.5, 2.0])
def test_draws_follow_the_formula(temperature: float) -> None:
    assert chi_square(draw(LOGITS, temperature), formula(LOGITS, temperature)) < CHI_SQUARE_LIMIT


def test_the_chi_square_notices_a_slightly_wrong_temperature() -> None:
    assert chi_square(draw(LOGITS, 1.05), formula(LOGITS, 1.0)) > CHI_SQUARE_LIMIT


def test_zero_is_greedy_and_takes_the_first_of_equals() -> None:
    assert set(draw([0.0, 3.0, 3.0, 1.0], 0.0, draws=100).tolist()) == {1}


def test_the_lower_limit_is_reached_smoothly() -> None:
    assert set(draw([0.0, 3.0, 2.9], 0.01, draws=2000).tolist()) == {1}
    assert set(draw([0.0, 3.0, 2.9], 5e-324, draws=100).tolist()) == {1}


def test_the_upper_limit_is_uniform() -> None:
    assert chi_square(draw(LOGITS, 1e9), [1 / 6] * 6) < CHI_SQUARE_LIMIT


@pytest.mark.parametrize("temperature", [0.0, 0.01, 1.0, 2.0])
def test_minus_infinity_is_never_drawn(temperature: float) -> None:
    ids = draw([-math.inf, 1.0, -math.inf, 0.9, -math.inf], temperature, draws=5000)
    assert set(ids.tolist()) <= {1, 3}


@pytest.mark.parametrize("scale", [1e4, 1e30])
def test_huge_logits_stay_finite(scale: float) -> None:
    rows = torch.tensor([[scale, -scale, 0.0]])
    assert torch.equal(scaled(rows, torch.tensor([0.01])), torch.tensor([[1.0, 0.0, 0.0]], dtype=torch.float64))


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
    assert set(draw(LOGITS, 1.0, top_k=3, top_p=0.8, draws=5000).tolist()) == {0, 1}


def test_each_row_has_its_own_settings() -> None:
    rows = torch.tensor([LOGITS] * 4)
    temperatures = torch.tensor([0.0, 1.0, 1.0, 2.0], dtype=torch.float64)
    top_ks = torch.tensor([0, 1, 3, 0])
    top_ps = torch.tensor([1.0, 1.0, 1.0, 0.01], dtype=torch.float64)
    uniforms = torch.full((4,), 0.999999, dtype=torch.float64)
    assert next_ids(rows, temperatures, top_ks, top_ps, uniforms).tolist() == [0, 0, 2, 0]


def test_the_smallest_possible_draw_lands_on_the_first_likely_id() -> None:
    rows = torch.tensor([[-math.inf, 0.0, 0.0]])
    one = torch.ones(1, dtype=torch.float64)
    assert next_ids(rows, one, torch.tensor([0]), one, torch.tensor([0.0], dtype=torch.float64)).item() == 1


def test_the_largest_possible_draw_lands_on_the_last_likely_id() -> None:
    rows = torch.tensor([[0.0, 0.0, -math.inf]])
    one = torch.ones(1, dtype=torch.float64)
    assert next_ids(rows, one, torch.tensor([0]), one, torch.tensor([1 - 2**-53], dtype=torch.float64)).item() == 1


def test_draw_n_depends_on_seed_and_n_alone() -> None:
    assert uniform_draws(5, 0, 100)[40:60] == uniform_draws(5, 40, 20)
    assert uniform_draws(5, 0, 10) != uniform_draws(6, 0, 10)
    assert all(0 <= draw < 1 for draw in uniform_draws(2**31 - 1, 0, 1000))
