"""From logits to the next token, one temperature, top-k and top-p per row.

Temperature: p_i = softmax(logit_i / T) (Ackley, Hinton, Sejnowski 1985). Top-p: arXiv:1904.09751.
Nothing that happens to a row depends on its neighbours, to the last bit. The functions can be scripted by torch.jit,
which knows constants only as default values of parameters.
"""

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

# Stands for 1/0: it parts any two different logits, and takes none of those that finite fp16 weights give to infinity.
GREEDY = 1e29
BELOW_ONE = 1 - 2.0**-24
# From so many probabilities on, not all are ranked, and they are summed in blocks first.
MANY = 1024
BLOCK = 32  # torch's running sum takes them one by one
RANKED = 64  # among which most texts have their nucleus
ALL = 2**62  # top-k that keeps everything


class Shaping(NamedTuple):
    """How each row shapes its probabilities; only rows that ask for top-k or top-p pay for it."""

    inverse_temperatures: Tensor  # (rows, 1)
    choosy: Tensor  # (some,): rows with top-k or top-p; theirs are
    top_ks: Tensor  # (some, 1), ALL = off
    top_ps: Tensor  # (some, 1), infinite = off


def shaping(temperatures: list[float], top_ks: list[int], top_ps: list[float]) -> Shaping:
    """Return the shaping of rows with these settings; top-k 0 and top-p 1 are off."""
    choosy = [row for row, (k, p) in enumerate(zip(top_ks, top_ps, strict=True)) if k > 0 or p < 1]
    return Shaping(
        inverse(torch.tensor(temperatures)),
        torch.tensor(choosy, dtype=torch.int64),
        torch.tensor([top_ks[row] or ALL for row in choosy], dtype=torch.int64).unsqueeze(1),
        torch.tensor([top_ps[row] if top_ps[row] < 1 else math.inf for row in choosy]).unsqueeze(1),
    )


def inverse(temperatures: Tensor) -> Tensor:
    """temperatures (rows,), 0 = greedy -> what the logits are multiplied by (rows, 1)."""
    return (1 / temperatures).clamp(max=GREEDY).unsqueeze(1)


def next_ids(logits: Tensor, how: Shaping, uniforms: Tensor) -> Tensor:
    """logits (rows, vocabulary), uniforms (rows, 1) -> ids (rows,)."""
    probabilities = scaled(logits, how.inverse_temperatures)
    if how.choosy.numel():
        kept = likeliest(probabilities.index_select(0, how.choosy), how.top_ks, how.top_ps)
        probabilities = probabilities.index_copy(0, how.choosy, kept)
    return drawn(probabilities, uniforms)


def scaled(logits: Tensor, inverse_temperatures: Tensor) -> Tensor:
    """Return softmax(logits / T); T = 0 leaves the largest logit, or equal shares to several."""
    return torch.softmax(logits * inverse_temperatures, 1)


def likeliest(probabilities: Tensor, top_ks: Tensor, top_ps: Tensor, ranked_first: int = RANKED) -> Tensor:
    """Keep the k likeliest, of these the fewest that reach share p (see `Shaping`); the rest becomes 0."""
    every = probabilities.size(1)
    limits = top_ks.clamp(max=every)
    width = _width(limits, every, ranked_first)
    ranked, counts, settled = _ranked(probabilities, limits, top_ps, width)
    while not settled:
        width = min(every, 8 * width)
        ranked, counts, settled = _ranked(probabilities, limits, top_ps, width)
    least = ranked.gather(1, counts - 1)
    kept = probabilities >= least
    if not torch.equal(kept.sum(1, keepdim=True), counts):  # of several equal to the least, the first are kept
        likelier = probabilities > least
        equal = probabilities == least
        kept = likelier | (equal & (equal.cumsum(1) <= counts - likelier.sum(1, keepdim=True)))
    return probabilities * kept


def _width(limits: Tensor, every: int, ranked_first: int, many: int = MANY) -> int:
    """Return how many candidates are ranked at first: all of a small vocabulary, else as many as any top-k keeps."""
    if every < many:
        return every
    return min(every, max(ranked_first, int(torch.where(limits < every, limits, 0).max())))


def _ranked(probabilities: Tensor, limits: Tensor, top_ps: Tensor, width: int) -> tuple[Tensor, Tensor, bool]:
    """Rank the `width` likeliest -> they (rows, width), how many are kept (rows, 1), whether this is enough to tell."""
    ranked = _sorted(probabilities, width)
    cumulative = ranked.cumsum(1)
    of_limit = cumulative.gather(1, limits.clamp(max=width) - 1)
    # Not `limits <= width`, which neighbours decide: the two sums differ in their last bits.
    total = torch.where(limits < probabilities.size(1), of_limit, probabilities.sum(1, keepdim=True))
    reached = cumulative - ranked >= top_ps * total  # by those that are likelier
    counts = torch.minimum((~reached).sum(1, keepdim=True).clamp(min=1), limits)
    settled = (limits <= width) | reached[:, -1:]
    return ranked, counts, bool(settled.all())


@torch.jit.ignore  # type: ignore[untyped-decorator]  # torch.jit: runs in Python
def _sorted(probabilities: Tensor, width: int) -> Tensor:
    """Return the `width` likeliest, from the likeliest down (rows, width); numpy sorts ten times as fast as `topk`."""
    values = probabilities.numpy()
    some = np.partition(values, -width, 1)[:, -width:] if width < values.shape[1] else values
    return torch.from_numpy(np.sort(some, 1)).flip(1)


def drawn(probabilities: Tensor, uniforms: Tensor, many: int = MANY) -> Tensor:
    """Invert the cumulative distribution at `uniforms` (rows, 1), in [0, 1); rows need not sum to 1 -> ids (rows,)."""
    # right=True never lands on a probability of 0: its cumulative value equals the one before.
    if probabilities.size(1) >= many:
        return _drawn_from_blocks(probabilities, uniforms)
    cumulative = probabilities.cumsum(1)
    return torch.searchsorted(cumulative, uniforms * cumulative[:, -1:], right=True).squeeze(1)


def _drawn_from_blocks(
    probabilities: Tensor, uniforms: Tensor, size: int = BLOCK, below_one: float = BELOW_ONE
) -> Tensor:
    blocks = functional.pad(probabilities, (0, -probabilities.size(1) % size)).view(probabilities.size(0), -1, size)
    ends = functional.pad(blocks.sum(2).cumsum(1), (1, 0))
    goals = uniforms * ends[:, -1:]
    block = torch.searchsorted(ends[:, 1:].contiguous(), goals, right=True)
    cumulative = blocks.gather(1, block.unsqueeze(2).expand(-1, -1, size)).squeeze(1).cumsum(1)
    # Sums in blocks and one by one are not rounded alike: the goal stays inside its block.
    inside = torch.minimum((goals - ends.gather(1, block)).clamp(min=0.0), cumulative[:, -1:] * below_one)
    return (size * block + torch.searchsorted(cumulative, inside, right=True)).squeeze(1)


def uniform_draws(seed: int, first: int, count: int) -> Tensor:
    """Return draws `first` to `first + count - 1` of a seed (count,): Philox is counter-based (Salmon et al. 2011).

    They have 24 bits, so that fp32 holds them and none becomes 1.
    """
    stream = np.random.Generator(np.random.Philox(key=seed)).random(first + count, dtype=np.float32)
    return torch.from_numpy(stream[first:])
