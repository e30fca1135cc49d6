"""One-step loops as users of other tools run them, all on the weights of one CharRNN in fp32.

Each function takes a network and a number of texts, and returns a call that writes so many characters of each text at
T = 0.8 and returns their ids, character by character.
"""

import warnings
from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from benchmarks.writing import TEMPERATURE, Write
from tempera.models.networks.rnn import CharRNN

MODULES = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
Result = TypeVar("Result")


class PlainNetwork(nn.Module):
    """A char-RNN as most tools build it: nn.Embedding, nn.LSTM (or nn.GRU, nn.RNN), nn.Linear."""

    @torch.no_grad()
    def __init__(self, model: CharRNN) -> None:
        super().__init__()
        shape = model.architecture
        self.embedding, self.output = model.embedding, model.output
        self.recurrent = MODULES[shape.cell](shape.embedding_size, shape.hidden_size, shape.layers)
        for index, layer in enumerate(model.layers):
            for name in WEIGHTS:
                getattr(self.recurrent, f"{name}_l{index}").copy_(getattr(layer, name))
        self.eval()

    def forward(self, ids: Tensor, state: Any) -> tuple[Tensor, Any]:
        """ids (time, rows), state -> logits of the last characters (rows, vocabulary), state."""
        hidden, state = self.recurrent(self.embedding(ids), state)
        return self.output(hidden[-1]), state


def fair(model: CharRNN, streams: int) -> Write:
    """FAIR: oneDNN off, softmax, multinomial, and each id to Python and back (`.item()`, for all texts at once)."""
    write = _loop(PlainNetwork(model), streams)
    return lambda steps: with_onednn_off(lambda: write(steps))


def with_onednn_off(work: Callable[[], Result]) -> Result:
    """Do something without oneDNN, with which an nn.LSTM is several times as slow one character at a time."""
    before = torch.backends.mkldnn.enabled
    torch.backends.mkldnn.enabled = False  # type: ignore[assignment]  # torch declares the descriptor, not its value
    try:
        return work()
    finally:
        torch.backends.mkldnn.enabled = before


def quantised(model: CharRNN, streams: int) -> Write:
    """The same loop over modules that torch has quantised dynamically: int8 weights, scales taken at each step."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "torch.ao.quantization is deprecated", DeprecationWarning)
        warnings.filterwarnings("ignore", "torch.quantize_per_tensor", UserWarning)
        warnings.filterwarnings("ignore", ".*TypedStorage is deprecated", UserWarning)
        network = torch.ao.quantization.quantize_dynamic(PlainNetwork(model), {nn.LSTM, nn.GRU, nn.Linear})  # type: ignore[no-untyped-call]
    return _loop(network, streams)


def _loop(network: nn.Module, streams: int) -> Write:
    @torch.inference_mode()
    def write(steps: int) -> list[list[int]]:
        characters, state = [0] * streams, None
        written = []
        for _ in range(steps):
            logits, state = network(torch.tensor([characters]), state)
            characters = torch.multinomial(torch.softmax(logits / TEMPERATURE, 1), 1).flatten().tolist()
            written.append(characters)
        return written

    return write


def char_rnn_pytorch(model: CharRNN, streams: int) -> Write:
    """A loop as in char-rnn.pytorch: torch as it comes, unnormalised weights, look-ups between characters and ids."""
    network = PlainNetwork(model)
    alphabet = "".join(map(chr, range(0x4E00, 0x4E00 + len(model.embedding.weight))))

    @torch.no_grad()
    def write(steps: int) -> list[list[int]]:
        inputs, state = torch.zeros(1, streams, dtype=torch.int64), None
        texts, written = [""] * streams, []
        for _ in range(steps):
            logits, state = network(inputs, state)
            for row, drawn in enumerate(torch.multinomial(logits.div(TEMPERATURE).exp(), 1)):
                texts[row] += alphabet[drawn]
                inputs[0, row] = alphabet.index(texts[row][-1])
            written.append(inputs[0].tolist())
        return written

    return write
