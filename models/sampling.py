"""From logits to the next token, one temperature, top-k and top-p per row.

Temperature: p_i = softmax(logit_i / T) (Ackley, Hinton, Sejnowski 1985). Top-p: arXiv:1904.09751.
Everything is float64: probabilities stay exact to 1e-15 at any temperature, and a row never depends on its neighbours.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


def next_ids(logits: Tensor, temperatures: Tensor, top_ks: Tensor, top_ps: Tensor, uniforms: Tensor) -> Tensor:
    """Draw one id per row: logits (rows, vocabulary), all else (rows,) -> ids (rows,)."""
    probabilities = scaled(logits, temperatures)
    choosy = ((top_ks > 0) | (top_ps < 1)).nonzero().flatten()
    if len(choosy):
        probabilities[choosy] = likeliest(probabilities[choosy], top_ks[choosy], top_ps[choosy])
    return drawn(probabilities, uniforms)


def scaled(logits: Tensor, temperatures: Tensor) -> Tensor:
    """Return softmax(logits / T); T = 0 puts everything on the largest logit, the first of equals."""
    greedy = (temperatures == 0).unsqueeze(1)
    below_largest = logits.double() - logits.double().amax(1, keepdim=True)  # <= 0: no overflow however small T is
    shaped = functional.softmax(below_largest / torch.where(greedy, 1.0, temperatures.double().unsqueeze(1)), dim=1)
    return torch.where(greedy, functional.one_hot(logits.argmax(1), logits.shape[1]).double(), shaped)


def likeliest(probabilities: Tensor, top_ks: Tensor, top_ps: Tensor) -> Tensor:
    """Keep the k likeliest (0 = all), of these the fewest that reach share p (1 = all); the rest becomes 0."""
    ranked, order = probabilities.sort(dim=1, descending=True, stable=True)
    every = ranked.shape[1]
    ranks = torch.arange(every).unsqueeze(0)
    ranked = ranked * (ranks < torch.where(top_ks > 0, top_ks, every).unsqueeze(1))
    likelier = ranked.cumsum(1) - ranked
    share = torch.where(top_ps < 1, top_ps, torch.inf).unsqueeze(1)
    ranked = torch.where(likelier < share * ranked.sum(1, keepdim=True), ranked, 0.0)
    return torch.zeros_like(ranked).scatter(1, order, ranked)


def drawn(probabilities: Tensor, uniforms: Tensor) -> Tensor:
    """Invert the cumulative distribution at `uniforms` in [0, 1); rows need not sum to 1."""
    cumulative = probabilities.cumsum(1)
    # right=True never lands on a probability of 0: its cumulative value equals the one before.
    return torch.searchsorted(cumulative, uniforms.unsqueeze(1) * cumulative[:, -1:], right=True).squeeze(1)


def uniform_draws(seed: int, first: int, count: int) -> list[float]:
    """Return draws `first` to `first + count - 1` of a seed: Philox is counter-based (Salmon et al. 2011)."""
    stream = np.random.Generator(np.random.Philox(key=seed)).random(first + count)
    return [float(draw) for draw in stream[first:]]
