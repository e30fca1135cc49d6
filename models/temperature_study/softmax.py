"""Temperature as studies look at it, in torch and at any width; texts are drawn by tempera.models.decoder.arithmetic.

p_i = softmax(logit_i / T) (Ackley, Hinton, Sejnowski 1985).
"""

import torch
from torch import Tensor

# Stands for 1/0: it parts any two different logits, and takes none of those that finite fp16 weights give to infinity.
GREEDY = 1e29


def inverse(temperatures: Tensor) -> Tensor:
    """temperatures (rows,), 0 = greedy -> what the logits are multiplied by (rows, 1)."""
    return (1 / temperatures).clamp(max=GREEDY).unsqueeze(1)


def shares(logits: Tensor, inverse_temperatures: Tensor) -> Tensor:
    """Return softmax(logits / T); T = 0 leaves the largest logit, or equal shares to several."""
    return torch.softmax(logits * inverse_temperatures, 1)
