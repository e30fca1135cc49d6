"""CharRNN: embedding -> recurrent layers (plain RNN, GRUs, or LSTM) -> linear output; optionally after an encoder.

With an encoder, a second network of the same shape reads an input, and its final state is the one in which the output
starts: sequence to sequence (Sutskever, Vinyals and Le, arXiv:1409.3215).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from tempera.models.formats.card import Architecture
from tempera.models.networks.reset_before import reset_before_sequence, reset_before_step

SEQUENCES: dict[str, Callable[..., tuple[Tensor, ...]]] = {
    "rnn": torch.rnn_tanh,
    "gru": torch.gru,
    "lstm": torch.lstm,
    "gru-reset-before": reset_before_sequence,
}
STEPS: dict[str, Callable[..., Tensor]] = {
    "rnn": torch.rnn_tanh_cell,
    "gru": torch.gru_cell,
    "gru-reset-before": reset_before_step,
}


@dataclass(frozen=True)
class Dropout:
    """Dropout probabilities; masks are constant over a sequence (variational dropout, arXiv:1512.05287)."""

    input: float = 0.0
    between: float = 0.0
    output: float = 0.0
    recurrent_weight: float = 0.0  # DropConnect on hidden-to-hidden weights (arXiv:1708.02182)
    rank: int = 0  # masks are drawn for the whole batch; this process uses every `world_size`-th row from `rank` on
    world_size: int = 1


class RecurrentLayer(nn.Module):
    """One recurrent layer, run over a whole sequence or one step at a time."""

    def __init__(self, cell: str, gates: int, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.cell = cell
        self.weight_ih = nn.Parameter(torch.empty(gates * hidden_size, input_size))
        self.weight_hh = nn.Parameter(torch.empty(gates * hidden_size, hidden_size))
        self.bias_ih = nn.Parameter(torch.zeros(gates * hidden_size))
        self.bias_hh = nn.Parameter(torch.zeros(gates * hidden_size))
        self._initialize(hidden_size)

    @torch.no_grad()
    def _initialize(self, hidden_size: int) -> None:
        """Initialize recurrent blocks orthogonally, and an LSTM's forget bias to 1."""
        nn.init.uniform_(self.weight_ih, -1 / math.sqrt(hidden_size), 1 / math.sqrt(hidden_size))
        for block in torch.split(self.weight_hh, hidden_size):
            nn.init.orthogonal_(block)
        if self.cell == "lstm":
            self.bias_ih[hidden_size : 2 * hidden_size] = 1.0

    def forward(self, inputs: Tensor, state: Tensor, weight_drop: float) -> tuple[Tensor, Tensor]:
        """inputs (time, rows, input), state (parts, rows, hidden) -> outputs (time, rows, hidden), state."""
        weights = [self.weight_ih, self._dropped(weight_drop), self.bias_ih, self.bias_hh]
        initial = list(state.unsqueeze(1)) if self.cell == "lstm" else state
        outputs, *last = SEQUENCES[self.cell](inputs, initial, weights, True, 1, 0.0, self.training, False, False)
        return outputs, torch.cat(last)

    def _dropped(self, probability: float) -> Tensor:
        """Apply DropConnect to the recurrent weights; three times as fast as PyTorch's dropout."""
        if not self.training or not probability:
            return self.weight_hh
        return self.weight_hh * torch.rand_like(self.weight_hh).ge_(probability).div_(1 - probability)

    def step(self, inputs: Tensor, state: Tensor) -> Tensor:
        """inputs (rows, input), state (parts, rows, hidden) -> state, whose first part is the output."""
        weights = (self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)
        if self.cell == "lstm":
            return torch.stack(torch.lstm_cell(inputs, list(state), *weights))
        return STEPS[self.cell](inputs, state[0], *weights).unsqueeze(0)


class Reader(nn.Module):
    """The part of a network that reads: embedding and recurrent layers."""

    def __init__(self, architecture: Architecture, vocabulary_size: int, dropout: Dropout) -> None:
        super().__init__()
        self.architecture, self.dropout = architecture, dropout
        self.embedding = nn.Embedding(vocabulary_size, architecture.embedding_size)
        gates = architecture.gates
        widths = [architecture.embedding_size] + [architecture.hidden_size] * (architecture.layers - 1)
        self.layers = nn.ModuleList(
            RecurrentLayer(architecture.cell, gates, width, architecture.hidden_size) for width in widths
        )

    def read(self, ids: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """ids (time, rows), state -> inputs of the output layer (time, rows, hidden), final state."""
        hidden = self._locked_dropout(self.embedding(ids), self.dropout.input)
        states = []
        for index, layer in enumerate(self.layers):
            if index:
                hidden = self._locked_dropout(hidden, self.dropout.between)
            hidden, last = layer(hidden, state[index], self.dropout.recurrent_weight)
            states.append(last)
        return self._locked_dropout(hidden, self.dropout.output), torch.stack(states)

    def _locked_dropout(self, hidden: Tensor, probability: float) -> Tensor:
        """Apply one dropout mask (1, rows, features) to all time steps."""
        if not self.training or not probability:
            return hidden
        every = hidden.new_ones(1, hidden.shape[1] * self.dropout.world_size, hidden.shape[2])
        return hidden * functional.dropout(every, probability)[:, self.dropout.rank :: self.dropout.world_size]


class CharRNN(Reader):
    """Next-token logits from token ids and a hidden state (layers, parts, rows, hidden)."""

    def __init__(
        self, architecture: Architecture, vocabulary_size: int, languages: int = 1, dropout: Dropout | None = None
    ) -> None:
        super().__init__(architecture, vocabulary_size, dropout or Dropout())
        self.initial = nn.Parameter(torch.zeros(languages, *architecture.state_shape))
        self.output = nn.Linear(architecture.hidden_size, vocabulary_size)
        self.encoder = Reader(architecture, vocabulary_size, self.dropout) if architecture.encoder else None

    def initial_state(self, languages: Tensor) -> Tensor:
        """languages (rows,), indices -> learned initial states (layers, parts, rows, hidden).

        tanh keeps them in the range of a hidden state.
        """
        return torch.tanh(self.initial[languages]).permute(1, 2, 0, 3).contiguous()

    def start_state(self, sources: Tensor | None, languages: Tensor) -> Tensor:
        """Return the states in which outputs start: after the encoder has read sources (time, rows), if there is one.

        The encoder itself starts in the learned initial states.
        """
        initial = self.initial_state(languages)
        return initial if self.encoder is None or sources is None else self.encoder.read(sources, initial)[1]

    def forward(self, ids: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """ids (time, rows), state -> logits (time, rows, vocabulary), final state."""
        hidden, state = self.read(ids, state)
        return self.output(hidden), state

    def step(self, ids: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """ids (rows,), state -> logits (rows, vocabulary), state; equal to `forward` on one token."""
        hidden = self.embedding(ids)
        states = []
        for index, layer in enumerate(self.layers):
            states.append(cast("RecurrentLayer", layer).step(hidden, state[index]))
            hidden = states[-1][0]
        return self.output(hidden), torch.stack(states)
