"""The language of a text, told by the network that writes: in whose initial state is the text most probable?

Many-to-one by Bayes' rule: log P(language | text) = log P(text | language) + log P(language) + constant.
"""

from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from models.card import AnyVocabulary

BEGINNING = "\n"  # a network predicts every character but the first: so the text's own are the second and on
READ_CHARACTERS = 256  # of a text, its end: what goes on from there is in the language spoken there
FAVOUR_NATS = 2.0  # log P(likely language) - log P(any other): a phrase outweighs it, a word of two languages does not


class Reader(Protocol):
    """A network that reads texts in each of its languages, in whatever arithmetic."""

    @property
    def initial(self) -> Tensor:
        """One initial state per language."""

    def initial_state(self, languages: Tensor) -> Any:
        """languages (rows,) -> the state in which a text begins."""

    def __call__(self, ids: Tensor, state: Any, /) -> tuple[Tensor, Any]:
        """ids (time, rows), state -> logits (time, rows, vocabulary), state after the last character."""


def recognise(model: Reader, vocabulary: AnyVocabulary, text: str, likely: int = 0) -> int:
    """Return the number of a text's language; one that is not the likely one has to be clearly more probable."""
    if len(model.initial) == 1:
        return 0
    ids = torch.tensor(prepared(vocabulary, text[-READ_CHARACTERS:]))
    nats = log_probabilities(model, ids.unsqueeze(1)).squeeze(0)
    favour = FAVOUR_NATS * functional.one_hot(torch.tensor(likely), len(nats))
    return int((nats + favour).argmax())


def prepared(vocabulary: AnyVocabulary, text: str) -> list[int]:
    """Return the ids of a text as the first of a line."""
    return vocabulary.encode((BEGINNING if BEGINNING in vocabulary.ids else "") + text)


@torch.inference_mode()
def log_probabilities(model: Reader, ids: Tensor) -> Tensor:
    """ids (characters, texts) -> nats (texts, languages): how probable all characters but the first are in each."""
    if len(ids) == 1:
        return torch.zeros(ids.shape[1], len(model.initial))
    return by_character(model, ids).sum(0)


def by_character(model: Reader, ids: Tensor) -> Tensor:
    """ids (characters, texts) -> nats (characters - 1, texts, languages): how probable each of the others is.

    All languages are read as rows of one batch that nothing else shares, so that the figures depend on the texts alone.
    """
    languages, texts = len(model.initial), ids.shape[1]
    rows = ids.repeat_interleave(languages, dim=1)
    logits, _ = model(rows[:-1], model.initial_state(torch.arange(languages).repeat(texts)))
    nats = functional.cross_entropy(logits.flatten(0, 1).float(), rows[1:].flatten(), reduction="none")
    return -nats.view(-1, texts, languages)
