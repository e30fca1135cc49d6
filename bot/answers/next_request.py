"""What the buttons under an answer are for, and the request that each of them makes; pure."""

from dataclasses import dataclass
from enum import StrEnum

from bot.config.settings import Settings, Voice
from models.arithmetic import ARITHMETIC
from models.engine.request import SampleRequest
from models.sampling_params import SPECS, SamplingParams
from storage.history import Generation

TEMPERATURE_STEP = 0.2
HIGHEST_TEMPERATURE = SPECS["temperature"].highest_offered
MAX_CONTINUED_CHARACTERS = 12_000  # the model reads them all again, some 3 seconds in which no one else is served


class Action(StrEnum):
    """Say what a button does; the values stand in messages and must never change."""

    STOP = "stop"
    AGAIN = "again"
    HOTTER = "hotter"
    COOLER = "cooler"
    CONTINUE = "continue"
    DELETE = "delete"


@dataclass
class TooLongToContinue(Exception):
    """A text together with all before it has more characters than may be gone on from."""

    limit: int


SAME_SEED = (Action.HOTTER, Action.COOLER)  # which differ from the text before by the temperature alone
CUSTOM_ID = rf"(?P<action>{'|'.join(Action)}):(?P<generation_id>[0-9]{{1,18}})"


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a model may be pushed."""

    temperature: float
    length: int  # characters


def limits_of(settings: Settings, model: str) -> Limits:
    """Return how far the settings let a model be pushed."""
    voice = settings.models.voices.get(model, Voice())
    return Limits(voice.max_temperature, min(voice.max_length, settings.generation.max_length))


def custom_id(action: Action, generation_id: int) -> str:
    """Return what Discord sends back when the button is clicked, at most 100 characters."""
    return f"{action}:{generation_id}"


def final_actions(request: SampleRequest, hottest: float = HIGHEST_TEMPERATURE) -> tuple[Action, ...]:
    """Return the buttons under a text that has ended; the ends of the temperature's range have one less."""
    actions = (Action.AGAIN, Action.HOTTER, Action.COOLER, Action.CONTINUE, Action.DELETE)
    useless = {Action.HOTTER: request.params.temperature >= hottest, Action.COOLER: request.params.temperature <= 0}
    return tuple(action for action in actions if not useless.get(action))


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
