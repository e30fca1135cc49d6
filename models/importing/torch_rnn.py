"""The layout of jcjohnson/torch-rnn (`.t7`): a sequence of modules.

A recurrent module has one weight (inputs + units, gates * units) and one bias; gates are i f o g. Batch normalization
between layers is a factor and a shift for each unit when a network writes: both go into the matrix that comes next.
"""

from typing import Any

import numpy as np

from tempera.models.importing.mapped_file import MappedFile
from tempera.models.importing.network import (
    LSTM_GATES,
    Floats,
    ImportedNetwork,
    Layer,
    Losses,
    finite,
    gates_in_our_order,
    mean_of_recent,
    network,
)
from tempera.models.importing.torch_objects import Object, Table, check_dropout, part, table, weight

CELLS = {"nn.LSTM": ("lstm", LSTM_GATES), "nn.VanillaRNN": ("rnn", (0,))}  # their gates in our order
MAX_MODULES, MAX_TOKENS = 100, 100_000
EPSILON = 1e-5  # of a normalization that doesn't say


def torch_rnn(file: MappedFile, top: Table) -> ImportedNetwork:
    """Return the network in a file of torch-rnn; raises BadCheckpoint."""
    model, found = part(top, "model"), Found(file)
    for module in table(part(model, "net"), "modules").listed(MAX_MODULES):
        found.add(module)
    tokens = [token for token in table(model, "idx_to_token").listed(MAX_TOKENS) if isinstance(token, str)]
    if found.embedding is None or found.output is None or not tokens:
        raise file.bad("holds no network of torch-rnn: its embedding, output or vocabulary is missing")
    return network(file, "torch-rnn", found.cell, tokens, found.embedding, found.layers, found.output, _losses(top))


def _losses(top: Table) -> Losses:
    """Return the latest validation loss, and how many steps were one pass if the file has both."""
    validation = table(top, "val_loss_history").pairs
    latest = validation["value"][validation["key"].argmax()] if len(validation) else None
    return Losses(None, mean_of_recent(table(top, "train_loss_history").pairs), finite(latest))


class Found:
    """What the modules read so far are in our network."""

    def __init__(self, file: MappedFile) -> None:
        self._file = file
        self.embedding: Floats | None = None
        self.cell = ""
        self.layers: list[Layer] = []
        self.output: tuple[Floats, Floats] | None = None
        self._normalization: tuple[Floats, Floats] | None = None  # factor and shift of what the next matrix reads

    def add(self, module: Any) -> None:
        """Read one more module; raises BadCheckpoint."""
        name = module.name if isinstance(module, Object) else ""
        if name in CELLS:
            self._add_layer(module, *CELLS[name])
        elif name == "nn.LookupTable":
            self.embedding = weight(self._file, module, "weight", 2)
        elif name == "nn.Linear":
            matrix, bias = weight(self._file, module, "weight", 2), weight(self._file, module, "bias", 1)
            self.output = self._normalized(matrix, bias)
        elif name == "nn.BatchNormalization":
            self._normalization = _normalization(self._file, module)
        elif name == "nn.Dropout":
            check_dropout(self._file, module)
        elif name != "nn.View":
            raise self._file.bad(f"holds a {name[:40]}, which torch-rnn's networks don't have")

    def _add_layer(self, module: Object, cell: str, order: tuple[int, ...]) -> None:
        both, bias = weight(self._file, module, "weight", 2), weight(self._file, module, "bias", 1)
        units, self.cell = len(bias) // len(order), cell
        if not 0 < units < len(both) or self.cell not in ("", cell):
            raise self._file.bad("holds a layer of another shape than torch-rnn's")
        weight_ih, weight_hh = (np.ascontiguousarray(part.T) for part in (both[:-units], both[-units:]))
        weight_ih, bias = self._normalized(weight_ih, bias)
        ours = (gates_in_our_order(each, units, order) for each in (weight_ih, weight_hh, bias, np.zeros_like(bias)))
        self.layers.append(Layer(*ours))

    def _normalized(self, matrix: Floats, bias: Floats) -> tuple[Floats, Floats]:
        """Return a matrix (outputs, inputs) and its bias as they are for inputs that aren't normalized."""
        if self._normalization is None:
            return matrix, bias
        factor, shift = self._normalization
        if factor.shape != matrix.shape[1:] or len(bias) != len(matrix):
            raise self._file.bad("holds a normalization of another size than the layer after it")
        self._normalization = None
        return matrix * factor, bias + matrix @ shift


def _normalization(file: MappedFile, module: Object) -> tuple[Floats, Floats]:
    gamma, beta, mean, variance = (
        weight(file, module, name, 1) for name in ("weight", "bias", "running_mean", "running_var")
    )
    if not len(gamma) == len(beta) == len(mean) == len(variance):
        raise file.bad("holds a normalization whose parts have several sizes")
    epsilon = module.get("eps")
    added = epsilon if isinstance(epsilon, float) else EPSILON
    deviation: Floats = np.sqrt(np.maximum(variance, np.float32(0)) + np.float32(added))
    factor = gamma / deviation
    return factor, beta - mean * factor
