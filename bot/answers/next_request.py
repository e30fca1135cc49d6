"""The request that each button under an answer makes of the one before; pure."""

from dataclasses import dataclass

from tempera.bot.action import Action
from tempera.bot.config.settings import Settings
from tempera.bot.exceptions import TooLongToContinue
from tempera.models.arithmetic import ARITHMETIC
from tempera.models.engine.request import SampleRequest
from tempera.models.sampling_params import SamplingParams
from tempera.storage.history import Generation

TEMPERATURE_STEP = 0.2
MAX_CONTINUED_CHARACTERS = 12_000  # the model reads them all again, some 3 seconds in which no one else is served


SAME_SEED = (Action.HOTTER, Action.COOLER)  # which differ from the text before by the temperature alone


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a model may be pushed."""

    temperature: float
    length: int  # characters


def limits_of(settings: Settings, model: str) -> Limits:
    """Return how far the settings let a model be pushed."""
    overrides = settings.models.of(model)
    return Limits(overrides.max_temperature, min(overrides.max_length, settings.generation.max_length))


def request_of(generation: Generation) -> SampleRequest:
    """Return what a kept text was asked for with, without its language: only the model's card can number that."""
    return SampleRequest(
        model=generation.model,
        prompt=generation.prompt,
        params=SamplingParams(**generation.params),
        first_draw=generation.first_draw,
    )


def is_of_earlier_version(generation: Generation) -> bool:
    """Whether a text's seed now gives another text; a text that never began was written by no version."""
    return generation.arithmetic not in {"", ARITHMETIC}


def next_request(action: Action, before: SampleRequest, text: str, drawn_seed: int, limits: Limits) -> SampleRequest:
    """Return the request that a button makes of the one before it and its text; raises TooLongToContinue."""
    temperature = min(before.params.temperature, limits.temperature)  # the limits may be lower by now
    length = min(before.params.length, limits.length)
    allowed = before.with_params(temperature=temperature, length=length)
    match action:
        case Action.AGAIN:
            return allowed.with_params(seed=drawn_seed)
        case Action.HOTTER:
            return allowed.with_params(temperature=round(min(temperature + TEMPERATURE_STEP, limits.temperature), 2))
        case Action.COOLER:
            return allowed.with_params(temperature=round(max(temperature - TEMPERATURE_STEP, 0.0), 2))
        case Action.CONTINUE:
            if len(before.prompt + text) > MAX_CONTINUED_CHARACTERS:
                raise TooLongToContinue(MAX_CONTINUED_CHARACTERS)
            return allowed.after(text, length)
    raise ValueError(f"{action} makes no text")
