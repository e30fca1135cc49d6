"""Which precision a network is trained in: torch has no bf16 LSTM for many processors, and only trying tells."""

from collections.abc import Iterable
from functools import cache

import torch

from models.card import Architecture
from models.errors import Bf16Missing
from models.recipe import Precision
from models.rnn import CharRNN

NO_BF16 = "this machine can't train in bf16"


def resolve_precision(
    requested: Precision, forced: Precision | None, cells: Iterable[str], device: str = "cpu"
) -> Precision:
    """Return what is insisted on, or else what a recipe asks for if all of these cells can be trained in it here.

    Raises Bf16Missing where bf16 is insisted on in vain. A GPU's recurrent layers are in fp32 in any case.
    """
    if (forced or requested) == "fp32":
        return "fp32"
    unsupported = [cell for cell in cells if device == "cpu" and not trains_in_bf16(cell)]
    if unsupported and forced:
        raise Bf16Missing(unsupported[0])
    return "fp32" if unsupported else "bf16"


def fixed_precision(forced: Precision | None, cell: str, device: str) -> tuple[Precision, str] | None:
    """Return the one precision that comes into question for a text, and why; None where both do."""
    precision = resolve_precision("bf16", forced, [cell], device)
    if forced:
        return precision, "as --precision asks"
    return (precision, NO_BF16) if precision == "fp32" else None


@cache
def trains_in_bf16(cell: str) -> bool:
    """Take one small step; torch's random numbers stay untouched."""
    shape = Architecture.model_validate({"cell": cell, "layers": 1, "hidden_size": 16, "embedding_size": 16})
    try:
        with torch.random.fork_rng(devices=[]), torch.autocast("cpu", torch.bfloat16):
            model = CharRNN(shape, vocabulary_size=2)
            ids = torch.zeros(2, 2, dtype=torch.long)
            loss = model(ids, model.initial_state(ids[0]))[0].float().sum()
        torch.autograd.backward(loss)
    except RuntimeError:  # torch has no type of its own for a kernel that is missing
        return False
    return True
