"""From the options of /compare to one answer with several texts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tempera.bot.answers.message import AnswerMessage
from tempera.bot.answers.start import AnswerRequest, random_seed, start_together
from tempera.bot.exceptions import WrongNumberOfValues
from tempera.bot.forms.form import number
from tempera.bot.replies.composers.comparison import By, Comparison
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.bot.scopes.languages import in_language
from tempera.bot.scopes.resolve import Options, Scope, check_model, resolve
from tempera.bot.scopes.scopes import scopes_of
from tempera.models.engine.request import SampleRequest
from tempera.models.sampling_params import SPECS

TEMPERATURES = "0.2 0.7 1.0 1.5"
DEFAULT_LENGTH = 200  # characters; several texts of 400 wouldn't fit into a message
FEWEST, MOST = 2, 5  # texts; there is a row of buttons with one for each


async def compare(resources: Resources, interaction: Interaction, options: Options, by: By, values: str | None) -> None:
    """Answer with one text for each value; refusals are raised at once."""
    scopes = await scopes_of(resources, interaction)
    chosen = compared(options, by, named(resources, by, values))
    seed = random_seed()
    requests = [_sample(resources, interaction, each, scopes, seed) for each in chosen]
    await start_together(
        resources,
        interaction,
        [AnswerRequest(sample=each) for each in requests],
        Comparison(by),
        lambda generation_id: AnswerMessage(interaction, generation_id),
    )


def named(resources: Resources, by: By, values: str | None) -> list[str]:
    """Return the values that are named, or the usual ones; raises WrongNumberOfValues."""
    usual = resources.library.names()[:MOST] if by is By.MODEL else TEMPERATURES.split()
    found = list(dict.fromkeys(separated(values) if values else usual))
    if not FEWEST <= len(found) <= MOST:
        raise WrongNumberOfValues(FEWEST, MOST)
    return found


def separated(values: str) -> Iterator[str]:
    """Yield the values in a list with spaces, commas or both; 0,7 is one number, as many languages write it."""
    for part in re.split(r"[;\s]+|,\s+", values.strip()):
        if re.fullmatch(r"[0-9]+,[0-9]+", part):
            yield part.replace(",", ".")
        else:
            yield from filter(None, part.split(","))


def compared(options: Options, by: By, values: Sequence[str]) -> list[Options]:
    """Return the options of each text; raises BadEntry for what isn't a temperature."""
    if by is By.MODEL:
        return [replace(options, model=value) for value in values]
    spec = SPECS["temperature"]
    return [replace(options, params={**options.params, spec.name: float(number(spec, value))}) for value in values]


def _sample(
    resources: Resources, interaction: Interaction, options: Options, scopes: Sequence[Scope], seed: int
) -> SampleRequest:
    params = {"length": DEFAULT_LENGTH, **options.params}
    resolved = resolve(
        replace(options, params=params), None, scopes, resources.settings, seed, resources.library.default_temperature
    )
    check_model(resolved, resources.library.names())
    card = resources.library.card(resolved.request.model)
    return in_language(resolved.request, card, resolved.language, locale_of(interaction))
