"""The request that each button derives from the previous one; pure functions."""

from tempera.bot.action import Action, led_to
from tempera.bot.exceptions import TooLongToContinue
from tempera.bot.scopes.limits import Limits
from tempera.models.arithmetic import ARITHMETIC
from tempera.models.engine.request import SampleRequest
from tempera.models.sampling_params import SamplingParams, partial_params
from tempera.storage.texts.history import Generation

MAX_CONTINUED_CHARACTERS = 12_000  # the model reads all of them again
SAME_SEED = (Action.HOTTER, Action.COOLER)  # these change only the temperature


def request_of(generation: Generation) -> SampleRequest:
    """Return the request of a stored text, without its language, whose index only the model's card knows."""
    return SampleRequest(
        model=generation.model,
        prompt=generation.prompt,
        params=SamplingParams(**partial_params(generation.params)),
        first_draw=generation.first_draw,
    )


def is_of_earlier_version(generation: Generation) -> bool:
    """Whether a text's seed now gives a different text; a text that never started has no version."""
    return generation.arithmetic not in {"", ARITHMETIC}


def next_request(action: Action, before: SampleRequest, text: str, drawn_seed: int, limits: Limits) -> SampleRequest:
    """Return the request for a button, given the previous request and its text; raises TooLongToContinue."""
    temperature = led_to(action, before.params.temperature, limits.temperature)
    allowed = before.with_params(temperature=temperature, length=min(before.params.length, limits.length))
    match action:
        case Action.AGAIN:
            return allowed.with_params(seed=drawn_seed)
        case Action.HOTTER | Action.COOLER:
            return allowed
        case Action.CONTINUE:
            if len(before.prompt + text) > MAX_CONTINUED_CHARACTERS:
                raise TooLongToContinue(MAX_CONTINUED_CHARACTERS)
            return allowed.after(text)
    raise ValueError(f"{action} makes no text")
