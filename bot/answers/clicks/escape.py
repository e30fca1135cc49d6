"""The way out of a loop: go on where it began, at the lowest temperature at which it doesn't come back."""

import time
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace

from tempera.bot.action import TEMPERATURE_STEP
from tempera.bot.resources import Resources
from tempera.bot.scopes.limits import Limits
from tempera.models.engine.request import SampleRequest
from tempera.models.loops import MIN_CHARACTERS_AT_END, is_caught_in_loop, loops

TRIAL_SECONDS = 1.0  # for all temperatures that are tried; the answer has to be acknowledged within three


@dataclass(frozen=True, slots=True)
class Escape:
    """How a text goes on, and how much of it was cut."""

    request: SampleRequest
    cut_characters: int


async def way_out(resources: Resources, before: SampleRequest, text: str, limits: Limits) -> Escape:
    """Try higher temperatures in turn, and return the first at which the text doesn't end in a loop again."""
    kept = before_loop(text)
    further = before.after(text[:kept]).with_params(length=min(before.params.length, limits.length))
    ends_at = time.monotonic() + TRIAL_SECONDS
    for temperature in _hotter(before.params.temperature, limits.temperature):
        further = further.with_params(temperature=temperature)
        text_at_it = await _trial(resources, further)
        if time.monotonic() > ends_at or not is_caught_in_loop(text_at_it, further.params.length):
            break
    return Escape(further, len(text) - kept)


def before_loop(text: str) -> int:
    """Return how many characters of a text come before its last long loop, with one round of it."""
    last = next((loop for loop in reversed(loops(text)) if loop.end - loop.start >= MIN_CHARACTERS_AT_END), None)
    if last is None:
        return len(text)
    kept = last.start + last.unit
    return next((place for place in range(kept, len(text)) if not text[place].isalnum()), kept)


def _hotter(temperature: float, limit: float) -> Iterator[float]:
    steps = 1
    while True:
        hotter = round(min(temperature + steps * TEMPERATURE_STEP, limit), 2)
        yield hotter
        if hotter >= limit:
            return
        steps += 1


async def _trial(resources: Resources, request: SampleRequest) -> str:
    fitted = resources.library.fit_prompt(request.model, request.prompt)
    async with aclosing(resources.engine.stream(replace(request, prompt=fitted.text))) as stream:
        async for _ in stream:
            pass
    return stream.text
