"""The weights of a CharRNN in the order and the widths in which the decoding loop reads them."""

from typing import cast

import torch
from torch import Tensor
from torch.nn import functional

from models.engine.cells import CELLS
from models.engine.loop import Layer, Loop
from models.engine.products import Arithmetic, product
from models.rnn import CharRNN, RecurrentLayer

# Elementwise kernels compute whole vectors, and what is left over at the end of a tensor with other instructions that
# round differently. In rows of whole vectors nothing is left over, wherever a row stands.
LANES = 32


def laid_out(model: CharRNN, arithmetic: Arithmetic) -> Loop:
    """Return a network's loop; raises InexactProducts."""
    layers = [cast("RecurrentLayer", layer) for layer in model.layers]
    biases = [_bias_below(layer) for layer in layers]
    table = torch.addmm(biases[0], model.embedding.weight, _gates(layers[0], layers[0].weight_ih).T)
    ups = [*(whole(_gates(layer, layer.weight_ih)) for layer in layers[1:]), whole(whole(model.output.weight).T).T]
    bars = functional.pad(model.output.bias, (0, -len(model.output.bias) % LANES), value=-torch.inf)
    rows = [_layer(layer, up, arithmetic) for layer, up in zip(layers, ups, strict=True)]
    return Loop(table, rows, [*biases[1:], bars])


def whole(values: Tensor) -> Tensor:
    """Fill up the last dimension with zeros to whole vectors: a unit of zero weights stays at zero."""
    return functional.pad(values, (0, -values.shape[-1] % LANES))


def _layer(layer: RecurrentLayer, up: Tensor, arithmetic: Arithmetic) -> Layer:
    own = whole(_gates(layer, layer.weight_hh))
    products = product(torch.cat([own, up]), arithmetic)
    return Layer(
        CELLS[layer.cell](products.scale[: len(own)].clone(), _gates(layer, layer.bias_hh)), products, len(own)
    )


def _bias_below(layer: RecurrentLayer) -> Tensor:
    apart = CELLS[layer.cell].BIASES_APART
    return _gates(layer, layer.bias_ih if apart else layer.bias_ih + layer.bias_hh)


def _gates(layer: RecurrentLayer, weights: Tensor) -> Tensor:
    """weights (gates * hidden, ...) -> the same with tanh gates doubled and each gate in whole vectors."""
    blocks = weights.reshape(-1, layer.weight_hh.shape[1], *weights.shape[1:]).clone()
    blocks[list(CELLS[layer.cell].DOUBLED)] *= 2
    return whole(blocks.movedim(1, -1)).movedim(-1, 1).flatten(0, 1)
