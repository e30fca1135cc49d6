"""Prompts of a model's own, for measuring what it writes."""

from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.generation import generate
from tempera.models.formats.card import ModelCard
from tempera.models.sampling_params import SamplingParams

PROMPT_CHARACTERS = 40


def draw_prompts(model: DecodingModel, card: ModelCard, texts: int, seed: int) -> list[SampleRequest]:
    """Return requests that continue prompts sampled at T = 1; languages alternate, and text n has seed `seed` + n."""
    requests = [
        SampleRequest(
            model=card.name,
            prompt="",
            language=number % len(card.languages),
            params=SamplingParams(temperature=1.0, length=PROMPT_CHARACTERS, seed=seed + number),
        )
        for number in range(texts)
    ]
    if card.layout != "running":  # records start by themselves
        return requests
    opened = generate(model, requests, bar=True)
    return [
        request.after(text).with_params(length=PROMPT_CHARACTERS)
        for request, text in zip(requests, opened, strict=True)
    ]
