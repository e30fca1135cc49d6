"""Temperature scaling (arXiv:1706.04599): the factor on a network's logits that calibrates it at T = 1."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.polynomial import Chebyshev
from numpy.typing import NDArray
from torch import Tensor

from tempera.models.evaluation.passages import scored_chunks
from tempera.models.formats.layouts import Layout
from tempera.models.networks.rnn import CharRNN
from tempera.models.training.trainer import VALIDATION_ROWS

FACTORS = np.arange(50, 151) / 100
DEGREE = 10  # the polynomial through 11 factors is within 1e-5 nats per token of the loss


def calibration_factor(model: CharRNN, texts: list[Tensor], layout: Layout = "running") -> float:
    """Return the factor, to 0.01, that minimizes the loss on texts by language."""
    return minimizing_factor(lambda factors: _nats_by_factor(model, texts, layout, factors))


def minimizing_factor(loss: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> float:
    """Return the factor, to 0.01, with the lowest loss; `loss`: of each of some factors.

    The loss is smooth in the factor: it is measured at Chebyshev points and interpolated between them.
    """
    curve = Chebyshev.interpolate(loss, DEGREE, FACTORS[[0, -1]])
    return float(FACTORS[curve(FACTORS).argmin()])


@torch.inference_mode()
def _nats_by_factor(
    model: CharRNN, texts: list[Tensor], layout: Layout, factors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the loss in nats under each factor, from one forward pass over the texts."""
    nats = np.zeros(len(factors))
    for scored in scored_chunks(model, texts, layout, VALIDATION_ROWS):
        nats += [scored.nats(factor) for factor in factors.tolist()]
    return nats
