"""One choice of the next character, as a network sees it at several temperatures."""

import math

import torch
from torch import Tensor

from models.decoder.contexts import Contexts
from models.decoder.model import DecodingModel
from models.engine.request import SampleRequest
from models.ladder import Choice
from models.rnn import CharRNN
from models.sampling import inverse, shares

TEMPERATURES = (0.2, 0.8, 1.0, 1.6)
OPEN_NATS = math.log(5)  # as open as among five equals


@torch.inference_mode()
def open_choice(model: CharRNN, writer: DecodingModel, request: SampleRequest, text: str) -> Choice:
    """Return the choice in a text that was nearest to one among five equals, by its entropy at T = 1."""
    vocabulary = writer.vocabulary
    ids = vocabulary.encode(request.prompt + text)
    state = model.initial_state(torch.tensor([request.language]))
    never = never_written(writer.contexts, request)
    logits = model(torch.tensor(ids).unsqueeze(1), state)[0][:, 0]  # (characters, vocabulary)
    logits = logits.masked_fill(never, -torch.inf)
    entropies = torch.special.entr(logits.softmax(1)).sum(1)
    place = int((entropies - OPEN_NATS).abs().argmin())
    order = logits[place].argsort(descending=True)[: int((~never).sum())].tolist()
    candidates = [vocabulary.decode([index]) for index in order]
    repeated = logits[place].expand(len(TEMPERATURES), -1)
    shaped = shares(repeated.double(), inverse(torch.tensor(TEMPERATURES, dtype=torch.float64)))[:, order]
    return Choice(
        context=vocabulary.decode(ids[: place + 1]),
        probabilities={
            temperature: dict(zip(candidates, row.tolist(), strict=True))
            for temperature, row in zip(TEMPERATURES, shaped, strict=True)
        },
    )


def never_written(contexts: Contexts, request: SampleRequest) -> Tensor:
    """Return the ids that a text in this language is never drawn (V,): the unknown word, and other alphabets."""
    return torch.from_numpy(contexts.never(request.language or 0))
