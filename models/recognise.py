"""How probable many texts are in each language of a network, in torch: to learn from, and to measure by.

The decoder tells the language of a prompt with its own arithmetic, see models.decoder.recognise.
"""

from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional


class LanguageModel(Protocol):
    """A network that reads texts in each of its languages, in whatever arithmetic."""

    @property
    def initial(self) -> Tensor:
        """One initial state per language."""

    def initial_state(self, languages: Tensor) -> Any:
        """languages (rows,) -> the state in which a text begins."""

    def __call__(self, ids: Tensor, state: Any, /) -> tuple[Tensor, Any]:
        """ids (time, rows), state -> logits (time, rows, vocabulary), state after the last character."""


@torch.inference_mode()
def log_likelihoods(model: LanguageModel, ids: Tensor) -> Tensor:
    """ids (characters, texts) -> nats (texts, languages): how probable all characters but the first are in each."""
    if len(ids) == 1:
        return torch.zeros(ids.shape[1], len(model.initial))
    return log_likelihoods_by_position(model, ids).sum(0)


def log_likelihoods_by_position(model: LanguageModel, ids: Tensor) -> Tensor:
    """ids (characters, texts) -> nats (characters - 1, texts, languages): how probable each of the others is.

    All languages are read as rows of one batch that nothing else shares, so that the figures depend on the texts alone.
    """
    languages, texts = len(model.initial), ids.shape[1]
    rows = ids.repeat_interleave(languages, dim=1)
    logits, _ = model(rows[:-1], model.initial_state(torch.arange(languages).repeat(texts)))
    nats = functional.cross_entropy(logits.flatten(0, 1).float(), rows[1:].flatten(), reduction="none")
    return -nats.view(-1, texts, languages)
