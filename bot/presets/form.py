"""The form for a preset: five fields; an empty one sets nothing."""

from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import replace
from typing import Any

import discord
from discord.ui import Label, TextInput

from tempera.bot.exceptions import BadEntry
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies.catalog import catalog
from tempera.bot.replies.errors.message import restarting
from tempera.bot.replies.params import description, param_name
from tempera.bot.replies.presets import saved
from tempera.bot.resources import Resources
from tempera.bot.respond import locale_of, reply_error, reply_privately
from tempera.models.sampling_params import OPTIONS, ParamSpec
from tempera.storage.presets import PresetValues

OPEN_SECONDS = 60 * 60  # Discord doesn't report that a form was closed
MAX_TITLE_CHARACTERS = 45  # of Discord
MAX_DESCRIPTION_CHARACTERS = 100  # of Discord
MAX_OPENING_CHARACTERS = 1000
MAX_NAME_CHARACTERS = 100

Interaction = discord.Interaction[discord.Client]
MAX_ENTRY_CHARACTERS = 20  # of a number
IN_FORM, OUTSIDE_FORM = OPTIONS[:3], OPTIONS[3:]  # Discord allows five fields, and two aren't parameters


class PresetForm(discord.ui.Modal):
    """The fields of a preset; values without a field stay unchanged."""

    def __init__(
        self,
        resources: Resources,
        name: str,
        values: PresetValues,
        keep: Callable[[PresetValues], Coroutine[Any, Any, object]],
        locale: str,
    ) -> None:
        title = catalog(locale).text(descriptions.FORM_TITLE, name=name)
        super().__init__(title=title[:MAX_TITLE_CHARACTERS], timeout=OPEN_SECONDS)
        resources.forms.opened(self.custom_id)
        self._resources = resources
        self._locale = locale
        self._name = name
        self._values = values
        self._keep = keep
        for label in self._labels():
            self.add_item(label)

    def _labels(self) -> Iterator["Label[PresetForm]"]:
        t = catalog(self._locale).text
        models = t(descriptions.FORM_MODELS, models=", ".join(self._resources.library.names()))
        yield _label(
            t(descriptions.FORM_MODEL),
            models,
            TextInput(custom_id="model", default=self._values.model, required=False, max_length=MAX_NAME_CHARACTERS),
        )
        for spec in IN_FORM:
            name, value = param_name(spec, self._locale), self._values.params.get(spec.name)
            hint = description(spec, self._locale, show_default=spec.is_random)
            yield _label(name.capitalize(), hint, _entry(spec, value))
        opening = TextInput["PresetForm"](
            custom_id="opening",
            default=self._values.opening,
            required=False,
            max_length=MAX_OPENING_CHARACTERS,
            style=discord.TextStyle.paragraph,
        )
        yield _label(t(descriptions.FORM_OPENING), t(descriptions.OPENING), opening)

    def _inputs(self) -> dict[str, "TextInput[PresetForm]"]:
        return {item.custom_id: item for item in self.walk_children() if isinstance(item, TextInput)}

    async def interaction_check(self, interaction: Interaction) -> bool:
        """Register the form's task, or refuse the form while the bot is stopping."""
        if self._resources.tasks.closing:
            await reply_privately(interaction, restarting(locale_of(interaction)))
            return False
        self._resources.tasks.add_current()
        return True

    async def on_submit(self, interaction: Interaction) -> None:
        """Store the preset; raises BadEntry, UnknownModel, BadCheckpoint and what storing it raises."""
        values = entered(self._values, {field: item.value for field, item in self._inputs().items()})
        if values.model:
            self._resources.library.card(values.model)
        await self._keep(values)
        message = saved(self._name, values, locale_of(interaction))
        await interaction.response.send_message(message, ephemeral=True)

    async def on_timeout(self) -> None:
        """Forget the form: a later submission is answered like one from before a restart."""
        self._resources.forms.closed(self.custom_id)

    async def on_error(  # type: ignore[override] # Modal's signature, without the item of a view
        self, interaction: Interaction, error: Exception
    ) -> None:
        """Report the error to the user."""
        await reply_error(interaction, error)


def _label(text: str, description: str, component: "TextInput[PresetForm]") -> "Label[PresetForm]":
    return Label(text=text, description=description[:MAX_DESCRIPTION_CHARACTERS], component=component)


def _entry(spec: ParamSpec, value: object) -> "TextInput[PresetForm]":
    default = None if value is None else str(value)
    return TextInput(custom_id=spec.name, default=default, required=False, max_length=MAX_ENTRY_CHARACTERS)


def has_form_values(values: PresetValues) -> bool:
    """Return whether a preset sets anything that has a field in the form."""
    return bool(values.model or values.opening or any(spec.name in values.params for spec in IN_FORM))


def entered(before: PresetValues, typed: Mapping[str, str]) -> PresetValues:
    """Return a preset with the values of the fields; an empty field sets nothing. Raises BadEntry."""
    texts = {name: text.strip() for name, text in typed.items()}
    numbers = {spec.name: _number(spec, texts[spec.name]) for spec in IN_FORM if texts[spec.name]}
    outside = {spec.name: before.params[spec.name] for spec in OUTSIDE_FORM if spec.name in before.params}
    opening = typed["opening"] if texts["opening"] else ""
    return replace(before, model=texts["model"] or None, params=numbers | outside, opening=opening)


def _number(spec: ParamSpec, typed: str) -> float:
    """Parse a number; whole numbers are digits only, since 1,000 and 1.000 would otherwise become 1."""
    try:
        decimal = typed.replace(",", ".").replace("_", "?")  # 0_1 is a number in Python alone
        value = int(typed) if spec.type is int and typed.isdecimal() else float(decimal)
    except ValueError:
        raise BadEntry(spec.name, typed) from None
    if not spec.offers(value):
        raise BadEntry(spec.name, typed)
    return value
