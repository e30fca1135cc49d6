"""A small decoder-only transformer over characters, of PyTorch's own layers (Vaswani et al., arXiv:1706.03762).

It reads a window of at most CONTEXT characters, so a text is scored in windows: those of the protocol `win256` start
with an empty context; for `stream` they overlap by half, and each character is predicted with at least half of CONTEXT
before it, except at the very start.
"""

from collections.abc import Iterator
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn import functional

from tempera.models.decoder.arithmetic.draws import uniforms
from tempera.models.decoder.arithmetic.sampling import next_id, sampling_of
from tempera.models.evaluation.losses import WINDOW
from tempera.models.sampling_params import SamplingParams

LAYERS, HEADS = 4, 4
CONTEXT = WINDOW  # characters
WIDTHS = range(HEADS, 4097, HEADS)
INITIAL_DEVIATION = 0.02
ROWS = 32  # windows scored at a time


class Transformer(nn.Module):
    """Embeddings of characters and positions -> blocks of causal attention and a feed-forward layer -> logits."""

    def __init__(self, vocabulary_size: int, width: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.characters, self.positions = nn.Embedding(vocabulary_size, width), nn.Embedding(CONTEXT, width)
        self.dropout = nn.Dropout(dropout)
        block = nn.TransformerEncoderLayer(width, HEADS, 4 * width, dropout, "gelu", batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(block, LAYERS, nn.LayerNorm(width), enable_nested_tensor=False)
        self.output = nn.Linear(width, vocabulary_size)
        self.apply(_initialize)
        for name, weight in self.named_parameters():
            if name.endswith(("out_proj.weight", "linear2.weight")):  # added to the stream by every block
                nn.init.normal_(weight, 0.0, INITIAL_DEVIATION / sqrt(2 * LAYERS))

    def forward(self, ids: Tensor) -> Tensor:
        """ids (rows, time), at most CONTEXT -> logits (rows, time, vocabulary) of the character after each."""
        time = ids.shape[1]
        mask = nn.Transformer.generate_square_subsequent_mask(time)
        hidden = self.dropout(self.characters(ids) + self.positions(torch.arange(time)))
        logits: Tensor = self.output(self.blocks(hidden, mask=mask, is_causal=True))
        return logits


def _initialize(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, 0.0, INITIAL_DEVIATION)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)


def width_for(parameters: float, vocabulary_size: int) -> int:
    """Return the width whose number of parameters is closest."""
    return min(WIDTHS, key=lambda width: abs(count_parameters(width, vocabulary_size) - parameters))


def count_parameters(width: int, vocabulary_size: int) -> int:
    """Return the number of parameters."""
    attention, feed_forward, norms = 4 * width * (width + 1), width * (8 * width + 5), 4 * width
    ends = (2 * vocabulary_size + CONTEXT + 2) * width + vocabulary_size
    return LAYERS * (attention + feed_forward + norms) + ends


def scored(model: Transformer, ids: Tensor, stride: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield logits (predictions, vocabulary) and targets (predictions,) of a text, each character but the first once.

    A window starts every `stride` characters; all but the first predict only what follows the previous one.
    """
    starts = range(0, max(1, len(ids) - 1 - (CONTEXT - stride)), stride)
    whole = [start for start in starts if start + CONTEXT < len(ids)]
    for first in range(0, len(whole), ROWS):
        some = whole[first : first + ROWS]
        windows = torch.stack([ids[start : start + CONTEXT + 1] for start in some])
        logits = model(windows[:, :-1])
        for row, start in enumerate(some):
            new = CONTEXT - stride if start else 0
            yield logits[row, new:], windows[row, new + 1 :]
    for start in starts[len(whole) :]:
        new = CONTEXT - stride if start else 0
        rest = ids[start : start + CONTEXT + 1]
        yield model(rest[None, :-1])[0, new:], rest[new + 1 :]


@torch.inference_mode()
def loss(model: Transformer, ids: Tensor, stride: int, factor: float = 1.0) -> float:
    """Return nats per character with the logits scaled; stride CONTEXT = win256, half of it = stream."""
    nats = sum(
        functional.cross_entropy(logits.float() * factor, targets, reduction="sum").item()
        for logits, targets in scored(model, ids, stride)
    )
    return nats / (len(ids) - 1)


@torch.inference_mode()
def sampled(model: Transformer, ids: list[int], factor: float, temperature: float, length: int, seed: int) -> list[int]:
    """Continue `ids`; random numbers and temperature work as for the other models."""
    history = list(ids)
    sampling = sampling_of(SamplingParams(temperature=temperature), model.output.out_features).item()
    for uniform in uniforms(seed, 0, length).tolist() if temperature else [0] * length:
        logits = model(torch.tensor([history[-CONTEXT:]]))[0, -1] * factor
        history.append(next_id(logits.numpy(), sampling, uniform))
    return history[len(ids) :]
