"""From logits to a token: temperature, min-p, top-k, top-p and the draw; the rest of the specification. NumPy alone.

p_i = softmax(logit_i / T) (Ackley, Hinton, Sejnowski 1985), of the tokens at least min-p times as likely as the most
likely one (Nguyen et al. 2024), of the k most likely of these, of the fewest of these that share probability p
(Holtzman et al. 2019). Weights are whole numbers, so no order of summation changes a draw.

A new parameter is a field of SAMPLING (and of kernel.h: sampling_t), its value in `sampling_of`, and a step in
`next_id` (and in draw.h).
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.specification import LOG2E, F, Floats, exp2
from tempera.models.sampling_params import SamplingParams

GREEDY = F(1e29)  # stands for log2(e) / 0
ONE = F(2.0**30)  # weight of the most likely token
WHOLE = 2**32
# How one text is sampled, as kernel.h: sampling_t. All but the first: 0 = off; top_p in 2**-32, min_weight in 2**-30.
SAMPLING = np.dtype(
    [("inverse_temperature", np.float32), ("top_k", np.int32), ("top_p", np.uint32), ("min_weight", np.int32)]
)
Sampling = tuple[float, int, int, int]  # one of them, as Python's numbers
# Parameters that together take every step of a draw: what a new implementation is tried with.
EVERY_STEP = (
    SamplingParams(temperature=0.8),
    SamplingParams(temperature=2.0, top_k=5, top_p=0.5),
    SamplingParams(temperature=0.1, top_k=40),
    SamplingParams(temperature=0.0),
    SamplingParams(temperature=1.0, top_p=0.5),
    SamplingParams(temperature=1.5, min_p=0.1),
    SamplingParams(temperature=1.0, top_k=9, top_p=0.9, min_p=0.02),
)

Weights = NDArray[np.int64]


def sampling_of(params: SamplingParams, vocabulary_size: int) -> NDArray[Any]:
    """Return the parameters as the decoder takes them, an array () of SAMPLING."""
    top_k = min(params.top_k, vocabulary_size)
    min_weight = math.ceil(params.min_p * float(ONE))
    return np.array((inverse_temperature(params.temperature), top_k, whole_top_p(params.top_p), min_weight), SAMPLING)


def inverse_temperature(temperature: float) -> np.float32:
    """T, 0 = greedy -> log2(e) / T, by which logits are multiplied."""
    return F(min(LOG2E / temperature, float(GREEDY))) if temperature else GREEDY


def whole_top_p(top_p: float) -> int:
    """Return a share in 2**-32, at least 1; 0 = off, from a share of 1 on."""
    return max(1, int(top_p * WHOLE)) if top_p < 1 else 0


def share(total: int, part: int) -> int:
    """floor(total * part / 2**32)."""
    return total * part >> 32


def weights_of(logits: Floats, inverse_temperature: float) -> Weights:
    """logits (V,), log2(e) / T -> whole numbers (V,) in the ratio of the probabilities."""
    return (exp2((logits - logits.max()) * F(inverse_temperature)) * ONE).astype(np.int64)


def next_id(logits: Floats, sampling: Sampling, uniform: int) -> int:
    """logits (V,), -inf = forbidden; uniform in 2**-32, 0 where T = 0."""
    inverse, top_k, top_p, min_weight = sampling
    weights = weights_of(logits, inverse)
    if min_weight:
        weights[weights < min_weight] = 0
    if top_k or top_p:
        weights = top_k_top_p(weights, top_k, top_p)
    sums = weights.cumsum()
    return int(np.searchsorted(sums, share(int(sums[-1]), uniform), side="right"))


def top_k_top_p(weights: Weights, top_k: int, top_p: int) -> Weights:
    """Keep the k most likely, of these the fewest that reach share p; of equals the lowest id comes first."""
    order = np.argsort(-weights, kind="stable")[: top_k or None]
    if top_p:
        sums = weights[order].cumsum()
        order = order[sums - weights[order] < max(1, share(int(sums[-1]), top_p))]  # by those before it
    kept = np.zeros_like(weights)
    kept[order] = weights[order]
    return kept
