"""What no decoder can exceed: to read each int8 weight once for a step, and to multiply by it once for each text."""

import time
from collections.abc import Callable
from functools import partial

import torch

from models.card import Architecture
from models.engine.kernels import Fbgemm, Onednn

REPEATS = 50
COLUMNS = 512
OUTPUTS, TEXTS, TEXT_REPEATS = 1024, 1024, 5  # large enough that the kernel's own overhead does not count


def weight_bytes(shape: Architecture, vocabulary_size: int) -> int:
    """Return the int8 weights that a step needs; what the first layer gets from below comes from a table."""
    matrices = 2 * shape.layers - 1
    return shape.hidden_size * (matrices * shape.gates * shape.hidden_size + vocabulary_size)


def probes(size_bytes: int) -> dict[str, Callable[[], object]]:
    """Return operations that read a buffer of this size once; which is the fastest depends on the processor."""
    numbers = torch.zeros(size_bytes // 4)
    rows = numbers[: len(numbers) // COLUMNS * COLUMNS].view(-1, COLUMNS)
    vector = torch.zeros(COLUMNS)
    return {
        "sum of float32": numbers.sum,
        "largest int8": numbers.view(torch.int8).amax,
        "largest int32": numbers.view(torch.int32).amax,
        "float32 matrix times vector": lambda: torch.mv(rows, vector),
    }


def bandwidths(size_bytes: int) -> dict[str, float]:
    """Return the bytes per second of each operation."""
    return {name: size_bytes / _seconds(read) for name, read in probes(size_bytes).items()}


def multiplier() -> Callable[[], float]:
    """Return a call that measures by how many int8 weights one can multiply in a second, with nothing in the way."""
    weight, hidden = torch.ones(OUTPUTS, COLUMNS, dtype=torch.int8), torch.zeros(TEXTS, COLUMNS)
    each = [partial(kernel(weight), hidden) for kernel in (Fbgemm, Onednn)]
    return lambda: OUTPUTS * COLUMNS * TEXTS / min(_seconds(multiply, TEXT_REPEATS) for multiply in each)


def _seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    work()
    started = time.perf_counter()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - started) / repeats
