"""A GRU that resets its state before the product with the candidate's matrix, as it was first described.

n = tanh(W x + U (r * h)) (Cho et al. 2014, arXiv:1406.1078; Keras' `reset_after=False`); PyTorch's own GRU, like
cuDNN's, has r * (U h) instead. The functions have the signatures of torch.gru and torch.gru_cell.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional


def reset_before_sequence(
    inputs: Tensor, initial: Tensor, weights: Sequence[Tensor], *_other: object
) -> tuple[Tensor, Tensor]:
    """inputs (time, rows, input), initial (1, rows, hidden) -> outputs (time, rows, hidden), last one."""
    weight_ih, weight_hh, bias_ih, bias_hh = weights
    below, hidden, outputs = functional.linear(inputs, weight_ih, bias_ih + bias_hh), initial[0], []
    for each in below:
        hidden = _next(each, hidden, weight_hh)
        outputs.append(hidden)
    return torch.stack(outputs), hidden.unsqueeze(0)


def reset_before_step(
    inputs: Tensor, hidden: Tensor, weight_ih: Tensor, weight_hh: Tensor, bias_ih: Tensor, bias_hh: Tensor
) -> Tensor:
    """inputs (rows, input), hidden (rows, hidden) -> hidden."""
    return _next(functional.linear(inputs, weight_ih, bias_ih + bias_hh), hidden, weight_hh)


def _next(below: Tensor, hidden: Tensor, weight_hh: Tensor) -> Tensor:
    """below (rows, 3 * hidden): r, z, n -> hidden."""
    size = hidden.shape[1]
    gates = below[:, : 2 * size] + functional.linear(hidden, weight_hh[: 2 * size])
    r, z = torch.sigmoid(gates).chunk(2, 1)
    n = torch.tanh(below[:, 2 * size :] + functional.linear(r * hidden, weight_hh[2 * size :]))
    return n + z * (hidden - n)
