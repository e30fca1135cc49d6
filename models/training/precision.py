"""Choose the training precision: PyTorch lacks a bf16 LSTM for many CPUs, and only a trial step reveals it."""

from collections.abc import Iterable
from functools import cache

import torch

from tempera.models.errors import Bf16Missing
from tempera.models.formats.card import Architecture
from tempera.models.networks.rnn import CharRNN
from tempera.models.training.recipe import Precision

NO_BF16 = "this machine can't train in bf16"


def resolve_precision(
    requested: Precision, forced: Precision | None, cells: Iterable[str], device: str = "cpu"
) -> Precision:
    """Return the forced precision, or the requested one if all of these cells can be trained in it on this machine.

    Raises Bf16Missing if bf16 is forced but unsupported. GPUs always run recurrent layers in fp32.
    """
    if (forced or requested) == "fp32":
        return "fp32"
    unsupported = [cell for cell in cells if device == "cpu" and not trains_in_bf16(cell)]
    if unsupported and forced:
        raise Bf16Missing(unsupported[0])
    return "fp32" if unsupported else "bf16"


def fixed_precision(forced: Precision | None, cell: str, device: str) -> tuple[Precision, str] | None:
    """Return the only possible precision and the reason, or None if both are possible."""
    precision = resolve_precision("bf16", forced, [cell], device)
    if forced:
        return precision, "requested with --precision"
    return (precision, NO_BF16) if precision == "fp32" else None


@cache
def trains_in_bf16(cell: str) -> bool:
    """Try one small step; PyTorch's random state stays untouched."""
    shape = Architecture.model_validate({"cell": cell, "layers": 1, "hidden_size": 16, "embedding_size": 16})
    try:
        with torch.random.fork_rng(devices=[]), torch.autocast("cpu", torch.bfloat16):
            model = CharRNN(shape, vocabulary_size=2)
            ids = torch.zeros(2, 2, dtype=torch.long)
            loss = model(ids, model.initial_state(ids[0]))[0].float().sum()
        torch.autograd.backward(loss)
    except RuntimeError:  # PyTorch has no specific exception for a missing kernel
        return False
    return True
