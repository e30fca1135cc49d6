"""The form in which a preset is written: five fields, an empty one sets nothing."""

import math
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import discord
from discord.ui import Label, TextInput

from bot.presets.lookup import BadPresetValue
from bot.replies import errors
from bot.replies.params import allowed_values, param_name
from bot.replies.presets import saved
from bot.resources import Resources
from models.errors import InvalidSamplingParam
from models.sampling_params import OPTIONS, ParamSpec
from storage.presets import PresetValues

OPEN_SECONDS = 60 * 60  # Discord never says that a form was closed
MAX_TITLE_CHARACTERS = 45  # of Discord
MAX_DESCRIPTION_CHARACTERS = 100  # of Discord
MAX_OPENING_CHARACTERS = 1000
MAX_NAME_CHARACTERS = 100

Interaction = discord.Interaction[discord.Client]


MAX_ENTRY_CHARACTERS = 20  # of a number
IN_FORM, OUTSIDE_FORM = OPTIONS[:3], OPTIONS[3:]  # Discord allows five fields, and two are no parameters


class PresetForm(discord.ui.Modal):
    """A preset's fields; what the form does not show stays as it is."""

    def __init__(
        self,
        resources: Resources,
        name: str,
        values: PresetValues,
        keep: Callable[[PresetValues], Coroutine[Any, Any, object]],
    ) -> None:
        super().__init__(title=f"Preset {name}"[:MAX_TITLE_CHARACTERS], timeout=OPEN_SECONDS)
        resources.running.forms.append(self.custom_id)
        self._resources = resources
        self._name = name
        self._values = values
        self._keep = keep
        for label in self._labels():
            self.add_item(label)

    def _labels(self) -> Iterator["Label[PresetForm]"]:
        models = f"One of: {', '.join(self._resources.library.names())}"[:MAX_DESCRIPTION_CHARACTERS]
        model = TextInput["PresetForm"](
            custom_id="model", default=self._values.model, required=False, max_length=MAX_NAME_CHARACTERS
        )
        yield Label(text="Model", description=models, component=model)
        for spec in IN_FORM:
            yield Label(
                text=param_name(spec).capitalize(),
                description=spec.description,
                component=_entry(spec, self._values.params.get(spec.name)),
            )
        opening = TextInput["PresetForm"](
            custom_id="opening",
            default=self._values.opening,
            required=False,
            max_length=MAX_OPENING_CHARACTERS,
            style=discord.TextStyle.paragraph,
        )
        yield Label(text="Opening text", description="Stands before every prompt", component=opening)

    def _inputs(self) -> dict[str, "TextInput[PresetForm]"]:
        return {item.custom_id: item for item in self.walk_children() if isinstance(item, TextInput)}

    async def interaction_check(self, interaction: Interaction) -> bool:
        """Count the form as running, or refuse it while the bot stops."""
        if self._resources.running.closing:
            await errors.tell(interaction, errors.RESTARTING)
            return False
        self._resources.running.add_current_task()
        return True

    async def on_submit(self, interaction: Interaction) -> None:
        """Keep the preset; raises BadPresetValue, UnknownModel, BadCheckpoint and what keeping raises."""
        values = entered(self._values, {field: item.value for field, item in self._inputs().items()})
        if values.model:
            self._resources.library.card(values.model)
        await self._resources.running.in_time(self._keep(values))
        await interaction.response.send_message(saved(self._name, values), ephemeral=True)

    async def on_timeout(self) -> None:
        """Forget the form: what is sent from now on is answered as from before a restart."""
        with suppress(ValueError):
            self._resources.running.forms.remove(self.custom_id)

    async def on_error(  # type: ignore[override] # as Modal has it, without the item of a view
        self, interaction: Interaction, error: Exception
    ) -> None:
        """Word the fault for the user."""
        await errors.respond(interaction, error)


def _entry(spec: ParamSpec, value: object) -> "TextInput[PresetForm]":
    default = None if value is None else str(value)
    return TextInput(custom_id=spec.name, default=default, required=False, max_length=MAX_ENTRY_CHARACTERS)


def has_form_values(values: PresetValues) -> bool:
    """Whether a preset sets anything that the form has a field for."""
    return bool(values.model or values.opening or any(spec.name in values.params for spec in IN_FORM))


def entered(before: PresetValues, typed: Mapping[str, str]) -> PresetValues:
    """Return a preset with what was typed into the fields, an empty one sets nothing; raises BadPresetValue."""
    texts = {name: text.strip() for name, text in typed.items()}
    numbers = {spec.name: _number(spec, texts[spec.name]) for spec in IN_FORM if texts[spec.name]}
    outside = {spec.name: before.params[spec.name] for spec in OUTSIDE_FORM if spec.name in before.params}
    opening = typed["opening"] if texts["opening"] else ""
    return replace(before, model=texts["model"] or None, params=numbers | outside, opening=opening)


def _number(spec: ParamSpec, typed: str) -> float:
    """Return a number as people write it; a whole one is digits only, or 1,000 and 1.000 would become 1."""
    try:
        value = int(typed) if spec.type is int and typed.isdecimal() else float(typed.replace(",", "."))
        spec.check(value)
    except (ValueError, InvalidSamplingParam):
        value = math.inf
    if not spec.offers(value):
        raise BadPresetValue(spec.name, typed, f"{allowed_values(spec)}, or leave it empty")
    return value
