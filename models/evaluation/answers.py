"""What an encoder-decoder answers: greedily, so that one input has one output."""

from collections.abc import Sequence

from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.generation import generate
from tempera.models.formats.card import ModelCard
from tempera.models.formats.layouts import PAIR_SEPARATOR
from tempera.models.sampling_params import SamplingParams

MAX_CHARACTERS = 2000  # of an output


def answers(model: DecodingModel, card: ModelCard, inputs: Sequence[str], *, bar: bool = False) -> list[str]:
    """Return the most likely output for each input; raises PromptEmpty for one without known characters."""
    params = SamplingParams(temperature=0.0, length=MAX_CHARACTERS)
    requests = [
        SampleRequest(model=card.name, prompt=card.fit_prompt(each).text, params=params, language=0) for each in inputs
    ]
    return generate(model, requests, bar=bar)


def wrong_answers(model: DecodingModel, card: ModelCard, pairs: str) -> tuple[int, list[tuple[str, str, str]]]:
    """Return the number of pairs, one per line, and those that are answered otherwise: input, output, answer."""
    known = [line.split(PAIR_SEPARATOR) for line in pairs.splitlines() if line.strip()]
    given = answers(model, card, [source for source, _ in known], bar=True)
    wrong = [
        (source, output, answer) for (source, output), answer in zip(known, given, strict=True) if answer != output
    ]
    return len(known), wrong
