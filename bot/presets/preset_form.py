"""The form for a preset: five fields; an empty one sets nothing."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

import discord

from tempera.bot.forms.form import Field, Form, Interaction, number, number_field
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies.params import description, param_name
from tempera.bot.replies.personal.presets import saved
from tempera.bot.replies.translation.catalog import catalog
from tempera.bot.resources import Resources
from tempera.bot.respond import locale_of
from tempera.models.sampling_params import OPTIONS
from tempera.storage.presets import PresetValues

MAX_OPENING_CHARACTERS = 1000
MAX_NAME_CHARACTERS = 100
IN_FORM, OUTSIDE_FORM = OPTIONS[:3], OPTIONS[3:]  # Discord allows five fields, and two aren't parameters


class PresetForm(Form):
    """The fields of a preset; values without a field stay unchanged."""

    def __init__(
        self,
        resources: Resources,
        name: str,
        values: PresetValues,
        keep: Callable[[PresetValues], Coroutine[Any, Any, object]],
        locale: str,
    ) -> None:
        super().__init__(resources, catalog(locale).text(descriptions.FORM_TITLE, name=name), locale)
        self._name, self._values, self._keep = name, values, keep
        t = catalog(locale).text
        models = t(descriptions.FORM_MODELS, models=", ".join(resources.library.names()))
        model = Field(custom_id="model", default=values.model, required=False, max_length=MAX_NAME_CHARACTERS)
        self.add_field(t(descriptions.FORM_MODEL), models, model)
        for spec in IN_FORM:
            hint = description(spec, locale, show_default=spec.is_random)
            self.add_field(
                param_name(spec, locale).capitalize(), hint, number_field(spec, values.params.get(spec.name))
            )
        self.add_field(t(descriptions.FORM_OPENING), t(descriptions.OPENING), _opening_field(values.opening))

    async def on_submit(self, interaction: Interaction) -> None:
        """Store the preset; raises BadEntry, UnknownModel, BadCheckpoint and what storing it raises."""
        values = entered(self._values, self.entries)
        if values.model:
            self._resources.library.card(values.model)
        await self._keep(values)
        message = saved(self._name, values, locale_of(interaction))
        await interaction.response.send_message(message, ephemeral=True)


def _opening_field(opening: str) -> Field:
    style = discord.TextStyle.paragraph
    return Field(custom_id="opening", default=opening, required=False, max_length=MAX_OPENING_CHARACTERS, style=style)


def has_form_values(values: PresetValues) -> bool:
    """Return whether a preset sets anything that has a field in the form."""
    return bool(values.model or values.opening or any(spec.name in values.params for spec in IN_FORM))


def entered(before: PresetValues, typed: Mapping[str, str]) -> PresetValues:
    """Return a preset with the values of the fields; an empty field sets nothing. Raises BadEntry."""
    texts = {name: text.strip() for name, text in typed.items()}
    numbers = {spec.name: number(spec, texts[spec.name]) for spec in IN_FORM if texts[spec.name]}
    outside = {spec.name: before.params[spec.name] for spec in OUTSIDE_FORM if spec.name in before.params}
    opening = typed["opening"] if texts["opening"] else ""
    return replace(before, model=texts["model"] or None, params=numbers | outside, opening=opening)
