"""One choice of the next character, as a network sees it at several temperatures."""

import math

import torch

from models.card import AnyVocabulary
from models.engine.request import SampleRequest
from models.ladder import Choice
from models.rnn import CharRNN
from models.sampling import inverse, scaled

TEMPERATURES = (0.2, 0.8, 1.0, 1.6)
OPEN_NATS = math.log(5)  # as open as among five equals


@torch.inference_mode()
def open_choice(model: CharRNN, vocabulary: AnyVocabulary, request: SampleRequest, text: str) -> Choice:
    """Return the choice in a text that was nearest to one among five equals, by its entropy at T = 1."""
    ids = vocabulary.encode(request.prompt + text)
    state = model.initial_state(torch.tensor([request.language]))
    never = torch.tensor(vocabulary.barred).all(0)  # the unknown word is not drawn
    logits = model(torch.tensor(ids).unsqueeze(1), state)[0][:, 0]  # (characters, vocabulary)
    logits = logits.masked_fill(never, -torch.inf)
    entropies = torch.special.entr(logits.softmax(1)).sum(1)
    place = int((entropies - OPEN_NATS).abs().argmin())
    order = logits[place].argsort(descending=True)[: int((~never).sum())].tolist()
    candidates = [vocabulary.decode([index]) for index in order]
    repeated = logits[place].expand(len(TEMPERATURES), -1)
    shaped = scaled(repeated.double(), inverse(torch.tensor(TEMPERATURES, dtype=torch.float64)))[:, order]
    return Choice(
        context=vocabulary.decode(ids[: place + 1]),
        probabilities={
            temperature: dict(zip(candidates, row.tolist(), strict=True))
            for temperature, row in zip(TEMPERATURES, shaped, strict=True)
        },
    )
