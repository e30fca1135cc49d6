"""The form in which a preset is written: five fields, an empty one sets nothing."""

from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any

import discord
from discord.ui import Label, TextInput
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot import errors
from bot.preset_replies import saved
from bot.presets import BadPresetValue
from bot.resources import Resources
from bot.settings_faults import allowed
from storage.presets import PresetValues

OPEN_SECONDS = 60 * 60  # Discord never says that a form was closed
MAX_TITLE_CHARACTERS = 45  # of Discord
MAX_DESCRIPTION_CHARACTERS = 100  # of Discord
MAX_OPENING_CHARACTERS = 1000

Interaction = discord.Interaction[discord.Client]


def _only_digits(typed: str) -> str:
    # Some write thousands as 1,000 or 1.000, which must not become 1.
    if not typed.isdecimal():
        raise ValueError(f"{typed} is no whole number")
    return typed


Whole = Annotated[int, BeforeValidator(_only_digits)]


class Entries(BaseModel):
    """What may stand in the fields."""

    model_config = ConfigDict(allow_inf_nan=False)

    model: str | None = None
    temperature: float | None = Field(None, ge=0, le=2)
    length: Whole | None = Field(None, ge=1, le=4000)
    seed: Whole | None = Field(None, ge=0, le=2**31 - 1)
    opening: str = ""


class PresetForm(discord.ui.Modal):
    """A preset's fields; what the form does not show stays as it is."""

    model: "Label[PresetForm]" = Label(
        text="Model", component=TextInput(custom_id="model", required=False, max_length=100)
    )
    temperature: "Label[PresetForm]" = Label(
        text="Temperature",
        description="0 = only the likeliest, 2 = wild",
        component=TextInput(custom_id="temperature", required=False, max_length=20),
    )
    length: "Label[PresetForm]" = Label(
        text="Length",
        description="Characters to write",
        component=TextInput(custom_id="length", required=False, max_length=20),
    )
    seed: "Label[PresetForm]" = Label(
        text="Seed",
        description="The same seed gives the same text; empty: drawn anew each time",
        component=TextInput(custom_id="seed", required=False, max_length=20),
    )
    opening: "Label[PresetForm]" = Label(
        text="Opening text",
        description="Stands before every prompt",
        component=TextInput(
            custom_id="opening", required=False, max_length=MAX_OPENING_CHARACTERS, style=discord.TextStyle.paragraph
        ),
    )

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
        self.model.description = f"One of: {', '.join(resources.library.names())}"[:MAX_DESCRIPTION_CHARACTERS]
        for field, text_input in self._inputs().items():
            value = getattr(values, field)
            text_input.default = None if value is None else str(value)

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
        values = replace(self._values, **entered({field: item.value for field, item in self._inputs().items()}))
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


def entered(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the values typed into the fields; raises BadPresetValue for the first that can't be."""
    filled = {name: text for name, text in typed.items() if text.strip()}
    lines = {name: text.strip() for name, text in filled.items() if name != "opening"}
    if "temperature" in lines:
        lines["temperature"] = lines["temperature"].replace(",", ".")
    try:
        return Entries.model_validate(filled | lines).model_dump()
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise BadPresetValue(name, filled[name], f"{allowed(Entries.model_fields[name])}, or leave it empty") from None
