"""The texts in a batch and their tensors, kept in step."""

from collections.abc import Container
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor

from models.engine.network import State
from models.engine.request import SampleRequest
from models.sampling import Shaping, shaping


@dataclass
class Row:
    """One text."""

    key: int
    request: SampleRequest
    unread: Tensor  # ids of the prompt that the hidden state has not taken in, the last of which begins the writing
    draws: Tensor  # (length,), by the number of characters before a token: the same wherever the text is taken up again
    end: str  # what the next token follows: the last two characters of prompt and text
    written: int = 0  # characters
    held_back: list[str] = field(default_factory=list)  # last tokens, while the stop string may begin in the first one


@dataclass(frozen=True)
class Rows:
    """Row i of every tensor belongs to `texts[i]`."""

    texts: list[Row]
    ids: Tensor  # (rows,): the tokens that the next step reads
    state: State

    @cached_property
    def shaping(self) -> Shaping:
        """How each row shapes its probabilities."""
        requests = [text.request for text in self.texts]
        return shaping(
            [request.temperature for request in requests],
            [request.top_k for request in requests],
            [request.top_p for request in requests],
        )

    def without(self, keys: Container[int]) -> "Rows":
        """Return the rows of all other texts."""
        return self.only([index for index, text in enumerate(self.texts) if text.key not in keys])

    def and_also(self, others: "Rows") -> "Rows":
        """Return these rows and then the others."""
        state = [torch.cat(parts) for parts in zip(self.state, others.state, strict=True)]
        return Rows([*self.texts, *others.texts], torch.cat([self.ids, others.ids]), state)

    def only(self, indexes: list[int]) -> "Rows":
        """Return some of the rows."""
        if len(indexes) == len(self.texts):
            return self
        return Rows([self.texts[index] for index in indexes], self.ids[indexes], [part[indexes] for part in self.state])
