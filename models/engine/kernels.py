"""Which int8 kernel multiplies: both give the same whole numbers, so the choice changes nothing but the time.

fbgemm has little overhead, which counts for few rows. oneDNN has kernels for the matrix units of some processors (AMX),
which pay for many. From how many rows on is measured when a network is loaded.
"""

import time
import warnings

import torch
from torch import Tensor, nn

EXACT_BELOW = 2**24  # fp32 holds every whole number up to it
ROWS = (1, 4, 8, 16, 32, 64)
ROUNDS = 3
CLEARLY = 0.9  # a second copy of the weights has to be worth it


class InexactProducts(Exception):
    """This processor's int8 kernels do not give what whole numbers give."""


class Fbgemm(nn.Module):
    """torch's quantised linear of fp32 hidden states, its scales 1: what it rounds and sums are whole numbers."""

    LARGEST = 127  # activation that is summed

    def __init__(self, weight: Tensor) -> None:
        """weight: int8 (outputs, hidden)."""
        super().__init__()
        ones, zeros = torch.ones(len(weight), dtype=torch.float64), torch.zeros(len(weight), dtype=torch.int64)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "torch.quantize_per_tensor, .* are deprecated", UserWarning)
            quantized = torch.quantize_per_channel(weight.float(), ones, zeros, 0, torch.qint8)
        self.packed = torch.ops.quantized.linear_prepack(quantized, None)

    def forward(self, hidden: Tensor) -> Tensor:
        """hidden (rows, hidden) in -127 to 127, rounded here -> whole numbers (rows, outputs)."""
        products: Tensor = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
            hidden, 1.0, 128, self.packed
        )
        return products


class Onednn(nn.Module):
    """oneDNN's linear of unsigned bytes: hidden states are raised by 128, which a bias takes off again.

    Signed bytes would do without, but on processors that have no AMX they fall to a kernel that takes half a second.
    """

    LARGEST = 255

    def __init__(self, weight: Tensor) -> None:
        """weight: int8 (outputs, hidden)."""
        super().__init__()
        self.packed = torch.ops.onednn.qlinear_prepack(weight, [ROWS[-1], weight.shape[1]])
        self.ones, self.zeros = torch.ones(len(weight)), torch.zeros(len(weight), dtype=torch.int32)
        self.raised = -128.0 * weight.float().sum(1)

    def forward(self, hidden: Tensor) -> Tensor:
        """hidden (rows, hidden) in -127 to 127, rounded here -> whole numbers (rows, outputs)."""
        raised = hidden.add(128).round_().to(torch.uint8)  # fbgemm rounds the raised ones: next to halves it matters
        products: Tensor = torch.ops.onednn.qlinear_pointwise(
            raised, 1.0, 0, self.packed, self.ones, self.zeros, self.raised, 1.0, 0, torch.float32, "none", [], ""
        )
        return products


Kernel = Fbgemm | Onednn


def kernels(weight: Tensor) -> tuple[Kernel, Kernel, int]:
    """weight: int8 (outputs, hidden) -> a kernel for few rows, one for many, from how many; raises InexactProducts."""
    exact = [kernel for kernel in (Fbgemm(weight), Onednn(weight)) if is_exact(kernel, weight, kernel.LARGEST)]
    if not exact:
        raise InexactProducts
    few, many = exact[0], exact[-1]
    faster = [rows for rows in ROWS if _seconds(many, rows, weight) < CLEARLY * _seconds(few, rows, weight)]
    return (few, many, min(faster)) if ROWS[-1] in faster else (few, few, 0)


def is_exact(kernel: nn.Module, weight: Tensor, largest: int) -> bool:
    """Compare with whole numbers where the heaviest outputs go as far as they can.

    Some kernels add pairs of products in 16 bits, which overflow only there. weight: int8 (outputs, hidden).
    """
    weights = weight.double()
    heights = weights.abs().sum(1)
    if heights.max() * largest >= EXACT_BELOW:
        return False
    heaviest = heights.argsort(descending=True)[: ROWS[-1]]
    saturated = torch.where(weights[heaviest] < 0, -127.0, 127.0)
    exact = saturated.double() @ weights.T
    return all(torch.equal(kernel(saturated[:rows]).double(), exact[:rows]) for rows in (1, 3, len(saturated)))


def _seconds(kernel: nn.Module, rows: int, weight: Tensor) -> float:
    """Return what a product takes at best."""
    hidden, times = torch.zeros(rows, weight.shape[1]), []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        kernel(hidden)
        times.append(time.perf_counter() - started)
    return min(times)
