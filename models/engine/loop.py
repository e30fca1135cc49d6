"""The innermost loop: characters in, characters out, without a line of Python in between but for ranking candidates.

torch.jit compiles it: a step of one text is 40 small operations, and Python takes as long to call them as they take.
Where torch.jit is not to be had, the very same module runs as it stands. There Python's part counts: modules are called
by `forward`, since hooks, which nobody has, would take a tenth of a step, and their tensors are no buffers, which take
longer to find.
"""

import sys
import warnings
from typing import cast

import torch
from torch import Tensor, nn

from models.engine.cells import AnyCell
from models.engine.products import FloatProduct, Int8Product
from models.sampling import Shaping, next_ids

SCRIPTABLE = sys.version_info < (3, 14)  # torch.jit: "not supported in Python 3.14+ and may break"


class Layer(nn.Module):
    """One recurrent layer and what stands above it, which both read its hidden state: one product gives it to both."""

    def __init__(self, cell: AnyCell, product: Int8Product | FloatProduct, own_size: int) -> None:
        super().__init__()
        self.cell, self.product, self.own_size = cell, product, own_size
        self.sizes = [own_size, len(product.scale) - own_size]
        self.above_scale = product.scale[own_size:].clone()

    def forward(self, below: Tensor, own: Tensor, memory: Tensor, bias: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """below (rows, gates), own (rows, gates), memory -> what goes up (rows, outputs), own, memory."""
        hidden, memory = self.cell.forward(below, own, memory)
        products = self.product.forward(hidden)
        own, up = products.split_with_sizes(self.sizes, 1)
        return torch.addcmul(bias, up, self.above_scale), own, memory


class Loop(nn.Module):
    """A network over characters; its state is a list of `own` and `memory` of every layer, rows first."""

    def __init__(self, table: Tensor, layers: list[Layer], biases: list[Tensor]) -> None:
        """table (vocabulary, gates): what the first layer gets from below; biases: what is added to what goes up."""
        super().__init__()
        self.table = table
        self.layers = nn.ModuleList(layers)
        self.biases = biases

    def forward(self, ids: Tensor, state: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """ids (time, rows) -> logits (time, rows, vocabulary), state."""
        logits: list[Tensor] = []
        for step in range(ids.size(0)):
            scores, state = self.step(ids[step], state, self.biases[-1])
            logits.append(scores)
        return torch.stack(logits), state

    @torch.jit.export
    def read(self, ids: Tensor, state: list[Tensor]) -> list[Tensor]:
        """ids (time, rows) -> the state after the last."""
        for step in range(ids.size(0)):
            _, state = self.step(ids[step], state, self.biases[-1])
        return state

    @torch.jit.export
    def write(
        self, ids: Tensor, state: list[Tensor], output_bias: Tensor, how: Shaping, uniforms: Tensor
    ) -> tuple[Tensor, list[Tensor]]:
        """ids (rows,), output_bias (rows, vocabulary), uniforms (time, rows, 1) -> ids written (time, rows), state."""
        written: list[Tensor] = []
        for step in range(uniforms.size(0)):
            logits, state = self.step(ids, state, output_bias)
            ids = next_ids(logits, how, uniforms[step])
            written.append(ids)
        return torch.stack(written), state

    def step(self, ids: Tensor, state: list[Tensor], output_bias: Tensor) -> tuple[Tensor, list[Tensor]]:
        """ids (rows,) -> logits (rows, vocabulary), state."""
        below = self.table.index_select(0, ids)
        after: list[Tensor] = []
        for index, layer in enumerate(self.layers):
            bias = self.biases[index] if index + 1 < len(self.layers) else output_bias
            below, own, memory = layer.forward(below, state[2 * index], state[2 * index + 1], bias)
            after.append(own)
            after.append(memory)
        return below, after


def compiled(loop: Loop) -> Loop:
    """Return the loop as torch.jit has it, or as it is."""
    if not SCRIPTABLE:
        return loop
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated", DeprecationWarning)
        return cast("Loop", torch.jit.script(loop))
