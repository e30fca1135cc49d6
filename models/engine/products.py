"""Products of weights and hidden states, which come in levels of 1/127: exact integers, or floating point.

Each is a module with `scale` (outputs,), by which its products (rows, outputs) have to be multiplied yet.
"""

from typing import Final, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.engine.kernels import kernels

Arithmetic = Literal["int8", "bf16", "fp32"]

LEVELS = 127  # int8 without -128


class Int8Product(nn.Module):
    """Whole numbers instead of fractions: rounded hidden states times int8 weights.

    They are the same from any kernel, for any number of rows, in any order of summation. Raises InexactProducts.
    """

    def __init__(self, weight: Tensor) -> None:
        """weight (outputs, hidden), fp32; each output has its own step between two levels."""
        super().__init__()
        steps = weight.abs().amax(1).clamp(min=torch.finfo(torch.float32).tiny) / LEVELS
        levels = (weight / steps.unsqueeze(1)).round().to(torch.int8)
        self.scale = steps / LEVELS
        self.few, self.many, self.many_rows = kernels(levels)
        self.weight_bytes = levels.nbytes * len({self.few, self.many})

    def forward(self, hidden: Tensor) -> Tensor:
        """hidden (rows, hidden) in -127 to 127 -> whole numbers (rows, outputs)."""
        return self.few.forward(hidden) if hidden.size(0) < self.many_rows else self.many.forward(hidden)


class FloatProduct(nn.Module):
    """The usual arithmetic; in bf16 a text's last bits depend on how many rows there are."""

    # Products of fewer rows come from other kernels, which round differently: few rows are padded to this many.
    least_rows: Final[int] = 4

    def __init__(self, weight: Tensor, dtype: torch.dtype) -> None:
        super().__init__()
        self.scale = torch.full((len(weight),), 1 / LEVELS)
        self.weight = weight.to(dtype)
        self.weight_bytes = self.weight.nbytes

    def forward(self, hidden: Tensor) -> Tensor:
        """hidden (rows, hidden) in -127 to 127 -> products (rows, outputs), fp32."""
        rows = hidden.size(0)
        padded = functional.pad(hidden, (0, 0, 0, max(0, self.least_rows - rows)))
        return functional.linear(padded.to(self.weight.dtype), self.weight).float()[:rows]


def product(weight: Tensor, arithmetic: Arithmetic) -> Int8Product | FloatProduct:
    """weight (outputs, hidden), fp32 -> its products; raises InexactProducts."""
    if arithmetic == "int8":
        return Int8Product(weight)
    return FloatProduct(weight, torch.bfloat16 if arithmetic == "bf16" else torch.float32)
