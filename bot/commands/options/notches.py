"""Temperatures by name, offered while one is typed."""

from contextlib import suppress
from math import floor, isnan

from discord.app_commands import Choice

from tempera.bot.commands.options.autocomplete import ranked
from tempera.bot.exceptions import BadEntry
from tempera.bot.forms.form import number
from tempera.bot.presets.lookup import named_preset
from tempera.bot.replies.params import notch_names, param_value
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.bot.scopes.limits import limits_of
from tempera.bot.scopes.resolve import Options, merge
from tempera.bot.scopes.scopes import scopes_of
from tempera.models.sampling_params import SPECS
from tempera.storage.errors import UnknownPreset

SPEC = SPECS["temperature"]
AS_TRAINED, WILD = 1.0, 1.5


async def temperature_choices(resources: Resources, interaction: Interaction, typed: object) -> list[Choice[float]]:
    """Offer the number that was typed, or the notches of the model that would write."""
    text = "" if isinstance(typed, float) and isnan(typed) else str(typed)  # discord.py has NaN for an empty field
    with suppress(BadEntry):
        return [Choice(name=text.strip(), value=float(number(SPEC, text)))]
    options = Options(prompt="", model=await _model(resources, interaction))
    scopes = await scopes_of(resources, interaction)
    request = merge(options, None, scopes, resources.settings, 0, resources.library.default_temperature).request
    limit = limits_of(resources.settings, request.model).temperature
    locale = locale_of(interaction)
    named = {notch_names(names, locale): value for value, names in notches(request.params.temperature, limit).items()}
    return [
        Choice(name=f"{shown} · {param_value(SPEC, named[shown], locale)}", value=named[shown])
        for shown in ranked(tuple(named), text)
    ]


def notches(default: float, limit: float) -> dict[float, list[str]]:
    """Return the names of each temperature that is offered, up to a model's limit; careful is half its default."""
    careful = floor(10 * default / 2 + 0.5) / 10
    by_value: dict[float, list[str]] = {}
    for name, value in (("careful", careful), ("default", default), ("as trained", AS_TRAINED), ("wild", WILD)):
        by_value.setdefault(min(value, limit), []).append(name)
    return by_value


async def _model(resources: Resources, interaction: Interaction) -> str | None:
    """Return the model that the other options name, themselves or in their preset."""
    chosen = interaction.namespace
    if chosen.model is None and chosen.preset is not None:
        with suppress(UnknownPreset):
            return (await named_preset(resources, interaction.user.id, interaction.guild_id, chosen.preset)).model
    model: str | None = chosen.model
    return model
