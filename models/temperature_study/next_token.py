"""An example next-token distribution at several temperatures."""

import math

import torch
from torch import Tensor

from tempera.models.decoder.networks.contexts import Contexts
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.engine.request import SampleRequest
from tempera.models.networks.rnn import CharRNN
from tempera.models.temperature_study.softmax import inverse, shares
from tempera.models.temperature_study.temperature_sweep import NextTokenDistribution

TEMPERATURES = (0.2, 0.8, 1.0, 1.6)
TARGET_NATS = math.log(5)  # the entropy of five equally likely tokens


@torch.inference_mode()
def example_distribution(
    model: CharRNN, decoder: DecodingModel, request: SampleRequest, text: str
) -> NextTokenDistribution:
    """Return the distribution within a text whose entropy at T = 1 is closest to TARGET_NATS."""
    vocabulary = decoder.vocabulary
    ids = vocabulary.encode(request.prompt + text)
    state = model.initial_state(torch.tensor([request.language]))
    forbidden = forbidden_tokens(decoder.contexts, request)
    logits = model(torch.tensor(ids).unsqueeze(1), state)[0][:, 0]  # (characters, vocabulary)
    logits = logits.masked_fill(forbidden, -torch.inf)
    entropies = torch.special.entr(logits.softmax(1)).sum(1)
    position = int((entropies - TARGET_NATS).abs().argmin())
    order = logits[position].argsort(descending=True)[: int((~forbidden).sum())].tolist()
    candidates = [vocabulary.decode([index]) for index in order]
    repeated = logits[position].expand(len(TEMPERATURES), -1)
    probabilities = shares(repeated.double(), inverse(torch.tensor(TEMPERATURES, dtype=torch.float64)))[:, order]
    return NextTokenDistribution(
        context=vocabulary.decode(ids[: position + 1]),
        probabilities={
            temperature: dict(zip(candidates, row.tolist(), strict=True))
            for temperature, row in zip(TEMPERATURES, probabilities, strict=True)
        },
    )


def forbidden_tokens(contexts: Contexts, request: SampleRequest) -> Tensor:
    """Return a mask of the ids that are never sampled in this language (V,): the unknown word and other alphabets."""
    return torch.from_numpy(contexts.never(request.language or 0))
