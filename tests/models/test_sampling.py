"""The dial against its formula: p_i = softmax(logit_i / T)."""

import math

import pytest
import torch
from torch import Tensor

from models.checkpoint import LARGEST_WEIGHT
from models.sampling import MANY, RANKED, inverse, likeliest, next_ids, scaled, shaping, uniform_draws

LOGITS = [2.0, 1.0, 0.5, 0.0, -1.0, -3.0]
DRAWS = 60_000
MAX_HIDDEN = 4096
# 99.99th percentile of chi-square with 5 degrees of freedom; draws come from fixed seeds
CHI_SQUARE_LIMIT = 25.74


def draw(logits: list[float], temperature: float, top_k: int = 0, top_p: float = 1.0, draws: int = DRAWS) -> Tensor:
    rows = torch.tensor([logits]).expand(draws, -1)
    how = shaping([temperature] * draws, [top_k] * draws, [top_p] * draws)
    return next_ids(rows, how, uniform_draws(11, 0, draws).unsqueeze(1))


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


def test_zero_is_greedy() -> None:
    assert set(draw([0.0, 3.0, 2.9999998, 1.0], 0.0, draws=100).tolist()) == {1}


def test_the_lower_limit_is_reached_smoothly() -> None:
    assert set(draw([0.0, 3.0, 2.9], 0.01, draws=2000).tolist()) == {1}
    assert set(draw([0.0, 3.0, 2.9], 1e-45, draws=100).tolist()) == {1}


def test_the_upper_limit_is_uniform() -> None:
    assert chi_square(draw(LOGITS, 1e9), [1 / 6] * 6) < CHI_SQUARE_LIMIT


@pytest.mark.parametrize("temperature", [0.0, 0.01, 1.0, 2.0])
def test_minus_infinity_is_never_drawn(temperature: float) -> None:
    ids = draw([-math.inf, 1.0, -math.inf, 0.9, -math.inf], temperature, draws=5000)
    assert set(ids.tolist()) <= {1, 3}


@pytest.mark.parametrize("temperature", [0.0, 0.01])
def test_the_largest_logits_that_weights_allow_stay_finite(temperature: float) -> None:
    scale = LARGEST_WEIGHT * (MAX_HIDDEN + 1)
    shaped = scaled(torch.tensor([[scale, -scale, 0.0]]), inverse(torch.tensor([temperature])))
    assert torch.equal(shaped, torch.tensor([[1.0, 0.0, 0.0]]))


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


@pytest.mark.parametrize("impossible", [0, MANY])
def test_top_k_alone_keeps_also_the_very_unlikely(impossible: int) -> None:
    how = shaping([1.0], [3], [1.0])
    probabilities = torch.tensor([[1e-9, 0.0, 0.9, 1e-10, 0.1] + [0.0] * impossible])
    kept = likeliest(probabilities, how.top_ks, how.top_ps)
    assert kept[0].nonzero().flatten().tolist() == [0, 2, 4]


def test_top_p_reaches_past_the_candidates_that_are_ranked_first() -> None:
    order = torch.randperm(MANY, generator=torch.Generator().manual_seed(1))
    flat = (0.001 * order).tolist()
    shares = formula(flat, 1.0)
    nucleus_size = 1 + next(count for count in range(MANY) if sum(sorted(shares)[-1 - count :]) >= 0.9)
    assert nucleus_size > 8 * RANKED
    how = shaping([1.0], [0], [0.9])
    nucleus = likeliest(torch.tensor([shares]), how.top_ks, how.top_ps)[0].nonzero().flatten()
    assert sorted(order[nucleus].tolist()) == list(range(MANY - nucleus_size, MANY))
    assert order[draw(flat, 1.0, top_p=0.9, draws=1000)].min() >= MANY - nucleus_size


def test_each_row_has_its_own_settings() -> None:
    how = shaping([0.0, 1.0, 1.0, 2.0], [0, 1, 3, 0], [1.0, 1.0, 1.0, 0.01])
    assert next_ids(torch.tensor([LOGITS] * 4), how, torch.full((4, 1), 0.999999)).tolist() == [0, 0, 2, 0]


@pytest.mark.parametrize("others", [0, 1, 5, 300])
@pytest.mark.parametrize("size", [6, 100, 1500])
def test_a_row_is_drawn_alike_in_any_company(others: int, size: int) -> None:
    logits = 3 * torch.randn(1 + others, size, generator=torch.Generator().manual_seed(1))
    settings = [(0.7, 0, 1.0), (1.0, 300, 1.0), (1.2, 0, 0.97), (0.9, 40, 0.9)]
    for mine in settings:
        temperatures, top_ks, top_ps = zip(mine, *(settings * others)[:others], strict=True)
        uniforms = uniform_draws(3, 0, 1 + others).unsqueeze(1)
        crowd = next_ids(logits, shaping(list(temperatures), list(top_ks), list(top_ps)), uniforms)
        alone = next_ids(logits[:1], shaping([mine[0]], [mine[1]], [mine[2]]), uniforms[:1])
        assert crowd[0] == alone[0]


@pytest.mark.parametrize("size", [3, 2000])
def test_the_smallest_possible_draw_lands_on_the_first_likely_id(size: int) -> None:
    rows = torch.full((1, size), -math.inf)
    rows[0, size // 2 :] = 0.0
    assert next_ids(rows, shaping([1.0], [0], [1.0]), torch.zeros(1, 1)).item() == size // 2


@pytest.mark.parametrize("size", [3, 2000])
def test_the_largest_possible_draw_lands_on_the_last_likely_id(size: int) -> None:
    rows = torch.full((1, size), -math.inf)
    rows[0, : size // 2] = 0.0
    largest = torch.full((1, 1), 1 - 2**-24)
    assert next_ids(rows, shaping([1.0], [0], [1.0]), largest).item() == size // 2 - 1


def test_a_large_vocabulary_follows_the_formula() -> None:
    """Draws are compared in six classes, which the ids share out in turn."""
    many = [LOGITS[index % 6] for index in range(1200)]
    assert chi_square(draw(many, 0.8, draws=10_000) % 6, formula(LOGITS, 0.8)) < CHI_SQUARE_LIMIT


def test_draw_n_depends_on_seed_and_n_alone() -> None:
    assert torch.equal(uniform_draws(5, 0, 100)[41:60], uniform_draws(5, 41, 19))
    assert not torch.equal(uniform_draws(5, 0, 10), uniform_draws(6, 0, 10))
    assert all(0 <= draw < 1 for draw in uniform_draws(2**31 - 1, 0, 1000).tolist())


@pytest.mark.parametrize("top_p", [0.2, 0.4, 0.6, 0.8])
def test_a_neighbours_top_k_does_not_move_where_a_nucleus_ends(top_p: float) -> None:
    """Equal probabilities: their running sum stands on the share itself, so that a last bit would tell."""
    rows = torch.full((2, 1024), -math.inf)
    rows[:, :515] = 0.0
    largest = torch.full((2, 1), 1 - 2**-24)
    crowd = next_ids(rows, shaping([1.0, 1.0], [0, 1024], [top_p, 1.0]), largest)
    assert crowd[0] == next_ids(rows[:1], shaping([1.0], [0], [top_p]), largest[:1])[0]
