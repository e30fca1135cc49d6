"""Cross-entropy of a text under a network, in nats per character, by two standard protocols."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from tempera.models.errors import NothingToScore
from tempera.models.evaluation.passages import inputs_and_targets, scored_chunks
from tempera.models.formats.layouts import END, PAIR_SEPARATOR, Layout
from tempera.models.networks.rnn import CharRNN
from tempera.models.tokenizers.characters import Vocabulary
from tempera.models.tokenizers.words import AnyVocabulary

MAX_REPORTED = 10  # unknown characters or words to report
WINDOW = 256
CHUNK = 256  # tokens per call; like ROWS, it bounds memory without affecting the result
ROWS = 16  # windows per call; with 8,192 words, their logits take 134 MB


@dataclass(frozen=True)
class Losses:
    """Cross-entropy in nats per character; bits = nats / ln 2.

    A word-level network predicts tokens. Their nats, plus the nats of spelling out unknown words, are divided by the
    characters they stand for: nothing is skipped. The first token has no prediction and counts as the average.
    """

    characters: int
    skipped: int
    stream: float
    win256: float
    tokens: int
    stream_per_token: float  # an unknown word counts as one token and is not spelled out
    win256_per_token: float
    unknown_words: int
    spelling: float  # part of nats per character due to unknown words
    unknown: tuple[str, ...]  # most frequent characters or words outside the vocabulary

    def as_bits(self, nats: float) -> float:
        """Convert nats per character to bits per character."""
        return nats / math.log(2)


def evaluate(
    model: CharRNN, vocabulary: AnyVocabulary, text: str, language: int = 0, layout: Layout = "running"
) -> Losses:
    """Score a text, starting in a language's initial state; unknown characters are skipped, unknown words spelled out.

    Each record starts in the initial state, so both protocols give its loss. Raises NothingToScore when fewer than two
    tokens are known.
    """
    scored = vocabulary.scored(text if layout == "running" else _as_records(text))
    skipped = scored.unknown.total() if isinstance(vocabulary, Vocabulary) else 0
    unknown_words = scored.unknown.total() - skipped
    if len(scored.ids) - unknown_words < 2:
        raise NothingToScore(len(text))
    ids = torch.tensor(scored.ids)
    if layout == "running":
        stream, win256 = stream_loss(model, ids, 1, language), window_loss(model, ids, language)
    else:
        stream = win256 = record_loss(model, [ids], layout)
    tokens_per_character, spelling = len(ids) / scored.characters, scored.spelling_nats / scored.characters
    return Losses(
        characters=len(text),
        skipped=skipped,
        stream=stream * tokens_per_character + spelling,
        win256=win256 * tokens_per_character + spelling,
        tokens=len(ids),
        stream_per_token=stream,
        win256_per_token=win256,
        unknown_words=unknown_words,
        spelling=spelling,
        unknown=tuple(token for token, _ in scored.unknown.most_common(MAX_REPORTED)),
    )


def _as_records(text: str) -> str:
    """Return records with their end before and after each; the two of a pair are two of them."""
    lines = [line.rstrip() for line in text.replace(PAIR_SEPARATOR, END).split(END)]
    return END + END.join([*filter(None, lines), ""])


@torch.inference_mode()
def stream_loss(model: CharRNN, ids: Tensor, rows: int = 1, language: int = 0) -> float:
    """Score a text in one pass with carried state; `rows` > 1 scores that many parts in parallel, which is faster."""
    inputs, targets = inputs_and_targets(ids, rows)
    time = len(inputs)
    state, total = model.initial_state(torch.full((rows,), language)), 0.0
    for start in tqdm(range(0, time, CHUNK), unit="chunk", leave=False, disable=True if rows > 1 else None):
        logits, state = model(inputs[start : start + CHUNK], state)
        total += _nats(logits, targets[start : start + CHUNK])
    return total / (time * rows)


@torch.inference_mode()
def window_loss(model: CharRNN, ids: Tensor, language: int = 0) -> float:
    """Score windows of 256 predictions, each from the initial state, including the last partial one (as nanoGPT)."""
    windows = (len(ids) - 1) // WINDOW
    end = windows * WINDOW
    total = 0.0
    for first in range(0, windows, ROWS):
        last = min(first + ROWS, windows)
        block = slice(first * WINDOW, last * WINDOW), slice(first * WINDOW + 1, last * WINDOW + 1)
        total += _windows_nats(model, ids[block[0]].view(-1, WINDOW).T, ids[block[1]].view(-1, WINDOW).T, language)
    if end < len(ids) - 1:
        total += _windows_nats(model, ids[end:-1].unsqueeze(1), ids[end + 1 :].unsqueeze(1), language)
    return total / (len(ids) - 1)


@torch.inference_mode()
def validation_loss(model: CharRNN, texts: list[Tensor], rows: int, layout: Layout = "running") -> float:
    """Return nats per token over texts by language, each starting in its initial state."""
    if layout == "running":
        nats = (len(ids) * stream_loss(model, ids, rows, language) for language, ids in enumerate(texts))
        return sum(nats) / sum(map(len, texts))
    return record_loss(model, texts, layout)


@torch.inference_mode()
def record_loss(model: CharRNN, texts: list[Tensor], layout: Layout) -> float:
    """Return nats per token over records and their ends, each starting in the initial state."""
    scored = [(chunk.nats(), chunk.predictions) for chunk in scored_chunks(model, texts, layout, 1)]
    return sum(nats for nats, _ in scored) / sum(count for _, count in scored)


def _windows_nats(model: CharRNN, inputs: Tensor, targets: Tensor, language: int) -> float:
    logits, _ = model(inputs, model.initial_state(torch.full((inputs.shape[1],), language)))
    return _nats(logits, targets)


def _nats(logits: Tensor, targets: Tensor) -> float:
    return functional.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), reduction="sum").item()
