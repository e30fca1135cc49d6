"""Nats per character of a text under a network, by the two protocols of the field."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from models.errors import NothingToScore
from models.rnn import CharRNN
from models.vocabulary import Vocabulary

WINDOW = 256
CHUNK = 1024  # characters a stream advances per call: bounds memory, changes no figure
ROWS = 64


@dataclass(frozen=True)
class Losses:
    """Cross-entropy in nats per character; bits = nats / ln 2."""

    characters: int
    skipped: int
    stream: float
    win256: float

    def as_bits(self, nats: float) -> float:
        """Convert nats per character to bits per character."""
        return nats / math.log(2)


def evaluate(model: CharRNN, vocabulary: Vocabulary, text: str) -> Losses:
    """Score a text; unknown characters are skipped and counted; raises NothingToScore below two known ones."""
    known = [character for character in text if character in vocabulary.ids]
    if len(known) < 2:
        raise NothingToScore(len(text))
    ids = torch.tensor(vocabulary.encode("".join(known)))
    return Losses(len(text), len(text) - len(known), stream_loss(model, ids), window_loss(model, ids))


def parallel(ids: Tensor, rows: int) -> tuple[Tensor, Tensor]:
    """Cut ids (characters,) into inputs and targets (time, rows): each row a stretch of the text."""
    time = (len(ids) - 1) // rows
    return ids[: time * rows].view(rows, time).T, ids[1 : time * rows + 1].view(rows, time).T


@torch.inference_mode()
def stream_loss(model: CharRNN, ids: Tensor, rows: int = 1) -> float:
    """One pass, state carried from the initial state; `rows` > 1 cuts the text into parallel passes (faster)."""
    inputs, targets = parallel(ids, rows)
    time = len(inputs)
    state, total = model.initial_state(rows), 0.0
    for start in tqdm(range(0, time, CHUNK), unit="chunk", leave=False, disable=True if rows > 1 else None):
        logits, state = model(inputs[start : start + CHUNK], state)
        total += _nats(logits, targets[start : start + CHUNK])
    return total / (time * rows)


@torch.inference_mode()
def window_loss(model: CharRNN, ids: Tensor) -> float:
    """Windows of 256 predictions, each from the initial state, the last partial one counted (as in nanoGPT)."""
    whole = (len(ids) - 1) // WINDOW
    end = whole * WINDOW
    total = 0.0
    for first in range(0, whole, ROWS):
        last = min(first + ROWS, whole)
        block = slice(first * WINDOW, last * WINDOW), slice(first * WINDOW + 1, last * WINDOW + 1)
        total += _windows_nats(model, *(ids[part].view(-1, WINDOW).T for part in block))
    if end < len(ids) - 1:
        total += _windows_nats(model, ids[end:-1].unsqueeze(1), ids[end + 1 :].unsqueeze(1))
    return total / (len(ids) - 1)


def _windows_nats(model: CharRNN, inputs: Tensor, targets: Tensor) -> float:
    logits, _ = model(inputs, model.initial_state(inputs.shape[1]))
    return _nats(logits, targets)


def _nats(logits: Tensor, targets: Tensor) -> float:
    return functional.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), reduction="sum").item()
