"""A network as it stands in another program's file, in our names, and the checks that all of them need."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from tempera.models.formats.card import Architecture
from tempera.models.importing.mapped_file import MappedFile

Floats = NDArray[np.float32]
LARGEST = float(np.finfo(np.float16).max)  # our files hold fp16
LSTM_GATES = (0, 1, 3, 2)  # of torch7 programs, i f o g, in our order
RECENT = 1000  # steps whose training losses are averaged


@dataclass(frozen=True)
class Layer:
    """A recurrent layer's weights: gates one after the other, in our order."""

    weight_ih: Floats  # (gates * units, inputs)
    weight_hh: Floats  # (gates * units, units)
    bias_ih: Floats  # (gates * units,)
    bias_hh: Floats  # (gates * units,)


@dataclass(frozen=True)
class Losses:
    """What a file says about its training, in nats per token."""

    epochs: float | None = None
    train: float | None = None  # mean of the last steps
    validation: float | None = None


@dataclass(frozen=True)
class ImportedNetwork:
    """A network in our terms; tokens are single characters, or bytes in Latin-1 that are none by themselves."""

    program: str
    architecture: Architecture
    tokens: tuple[str, ...]  # by id; Latin-1, byte for byte
    weights: dict[str, Floats]
    losses: Losses = Losses()


def network(
    file: MappedFile,
    program: str,
    cell: str,
    tokens: Sequence[str],
    embedding: Floats | None,
    layers: Sequence[Layer],
    output: tuple[Floats, Floats],
    losses: Losses = Losses(),
) -> ImportedNetwork:
    """embedding (V, E) or None = one-hot, output ((V, H), (V,)) -> a network whose weights are shaped as ours.

    Raises BadCheckpoint.
    """
    sizes = {
        "cell": cell,
        "layers": len(layers),
        "hidden_size": output[0].shape[-1],
        "embedding_size": len(tokens) if embedding is None else embedding.shape[-1],
    }
    try:
        architecture = Architecture.model_validate(sizes)
    except ValidationError as error:
        first = error.errors()[0]
        raise file.bad(f"holds a network that is out of bounds: {first['loc'][0]}: {first['msg']}") from None
    embedding = np.eye(len(tokens), dtype=np.float32) if embedding is None else embedding
    weights = {"embedding.weight": embedding, "output.weight": output[0], "output.bias": output[1]}
    for index, layer in enumerate(layers):
        weights |= {f"layers.{index}.{name}": value for name, value in vars(layer).items()}
    weights["initial"] = np.zeros((1, *architecture.state_shape), np.float32)
    _check(file, weights, architecture.shapes(len(tokens), 1))
    return ImportedNetwork(program, architecture, tuple(tokens), weights, losses)


def _check(file: MappedFile, weights: dict[str, Floats], shapes: dict[str, tuple[int, ...]]) -> None:
    for name, shape in shapes.items():
        if weights[name].shape != shape:
            raise file.bad(f"holds a network whose {name} has shape {weights[name].shape}, not {shape}")
        if not (np.abs(weights[name]) <= LARGEST).all():
            raise file.bad("holds weights that are not numbers or too large for fp16: its training had diverged")


def gates_in_our_order(values: Floats, units: int, order: Sequence[int]) -> Floats:
    """values (gates * units, ...) -> the gates at these places, one after the other."""
    return np.concatenate([values[gate * units :][:units] for gate in order])


def mean_of_recent(pairs: NDArray[Any]) -> float | None:
    """Return the mean of the last steps' values in a table by step, None if it is empty."""
    values = pairs["value"][np.argsort(pairs["key"])[-RECENT:]]
    return finite(values.mean()) if len(values) else None


def finite(number: Any) -> float | None:
    """Return a number, rounded, None for anything else."""
    return round(float(number), 4) if isinstance(number, float | int) and np.isfinite(number) else None
