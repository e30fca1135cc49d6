"""What recurrent cells do with their gates, written for speed: one sigmoid over all of them.

tanh(x) = 2 sigmoid(2x) - 1, and torch's sigmoid on a CPU takes a tenth of the time of its tanh. So the rows of a tanh
gate are doubled in the weights (`DOUBLED`: which gates), exactly, since 2 is a power of two; and an LSTM keeps 2c for
its c. Hidden states come in levels of 1/127, as int8 products want them: the factor is a part of tanh's.
The recurrent bias is added to what comes from below, unless a reset gate comes between (`BIASES_APART`).

All cells: below (rows, gates * hidden) is what the gates get from below, own (rows, gates * hidden) the product of the
recurrent weights and the last hidden state, still to be multiplied by `scale` (gates * hidden,), memory what the cell
remembers beside its hidden state -> hidden (rows, hidden), memory.
"""

import torch
from torch import Tensor, nn

LEAST = -127.0  # of a hidden state; as a tensor, since a number is made into one at each use


class LSTMCell(nn.Module):
    """Hochreiter and Schmidhuber 1997, with a forget gate; memory is 2c (rows, hidden)."""

    DOUBLED = (2,)  # of i, f, g, o
    BIASES_APART = False

    def __init__(self, scale: Tensor, bias: Tensor) -> None:  # noqa: ARG002 - the bias is in what comes from below
        super().__init__()
        self.scale, self.least = scale, torch.tensor(LEAST)
        self.least_gate = torch.tensor(-2.0)  # of 2 tanh, since memory is 2c

    def forward(self, below: Tensor, own: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        """One step."""
        i, f, g, o = torch.addcmul(below, own, self.scale).sigmoid_().chunk(4, 1)
        memory = torch.addcmul(f * memory, i, torch.add(self.least_gate, g, alpha=4.0))
        return o * torch.add(self.least, memory.sigmoid(), alpha=254.0), memory

    @staticmethod
    def initial_memory(state: Tensor) -> Tensor:
        """state (parts, rows, hidden) -> memory."""
        return 2 * state[1]


class GRUCell(nn.Module):
    """Cho et al. 2014 as in cuDNN, the reset gate after the product; memory is the hidden state (rows, hidden)."""

    DOUBLED = (2,)  # of r, z, n
    BIASES_APART = True

    def __init__(self, scale: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.scale, self.bias, self.least = scale, bias, torch.tensor(LEAST)

    def forward(self, below: Tensor, own: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        """One step."""
        own = torch.addcmul(self.bias, own, self.scale)
        size = memory.size(1)
        r, z = (below[:, : 2 * size] + own[:, : 2 * size]).sigmoid_().chunk(2, 1)
        n = torch.addcmul(below[:, 2 * size :], r, own[:, 2 * size :]).sigmoid_()
        hidden = torch.lerp(torch.add(self.least, n, alpha=254.0), memory, z)
        return hidden, hidden

    @staticmethod
    def initial_memory(state: Tensor) -> Tensor:
        """state (parts, rows, hidden) -> memory."""
        return 127 * state[0]


class PlainCell(nn.Module):
    """Elman 1990 with tanh; there is no memory (rows, 0)."""

    DOUBLED = (0,)
    BIASES_APART = False

    def __init__(self, scale: Tensor, bias: Tensor) -> None:  # noqa: ARG002 - as in an LSTM
        super().__init__()
        self.scale, self.least = scale, torch.tensor(LEAST)

    def forward(self, below: Tensor, own: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        """One step."""
        return torch.add(self.least, torch.addcmul(below, own, self.scale).sigmoid_(), alpha=254.0), memory

    @staticmethod
    def initial_memory(state: Tensor) -> Tensor:
        """state (parts, rows, hidden) -> memory."""
        return state[0, :, :0]


AnyCell = LSTMCell | GRUCell | PlainCell
CELLS: dict[str, type[AnyCell]] = {"lstm": LSTMCell, "gru": GRUCell, "rnn": PlainCell}
