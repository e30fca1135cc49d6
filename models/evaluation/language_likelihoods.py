"""Log-likelihoods of texts in each language of a network, in PyTorch, for training and evaluation.

The decoder detects a prompt's language with its own arithmetic, see tempera.models.decoder.texts.detect_language.
"""

from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional


class LanguageModel(Protocol):
    """A network that scores texts in each of its languages."""

    @property
    def initial(self) -> Tensor:
        """One initial state per language."""

    def initial_state(self, languages: Tensor) -> Any:
        """languages (rows,) -> their initial states."""

    def __call__(self, ids: Tensor, state: Any, /) -> tuple[Tensor, Any]:
        """ids (time, rows), state -> logits (time, rows, vocabulary), state after the last character."""


@torch.inference_mode()
def log_likelihoods(model: LanguageModel, ids: Tensor) -> Tensor:
    """ids (characters, texts) -> log-likelihood of all characters but the first, in nats (texts, languages)."""
    if len(ids) == 1:
        return torch.zeros(ids.shape[1], len(model.initial))
    return log_likelihoods_by_position(model, ids).sum(0)


def log_likelihoods_by_position(model: LanguageModel, ids: Tensor) -> Tensor:
    """ids (characters, texts) -> log-likelihood of each character but the first (characters - 1, texts, languages).

    All languages are rows of one batch with nothing else in it, so that the result depends on the texts alone.
    """
    languages, texts = len(model.initial), ids.shape[1]
    rows = ids.repeat_interleave(languages, dim=1)
    logits, _ = model(rows[:-1], model.initial_state(torch.arange(languages).repeat(texts)))
    nats = functional.cross_entropy(logits.flatten(0, 1).float(), rows[1:].flatten(), reduction="none")
    return -nats.view(-1, texts, languages)
