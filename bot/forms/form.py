"""What all forms share: they are known while they are open, report errors, and are refused while the bot stops."""

import discord
from discord.ui import Label, TextInput

from tempera.bot.exceptions import BadEntry
from tempera.bot.replies.errors.message import restarting
from tempera.bot.resources import Resources
from tempera.bot.respond import locale_of, reply_error, reply_privately
from tempera.models.sampling_params import ParamSpec

OPEN_SECONDS = 60 * 60  # Discord doesn't report that a form was closed
MAX_TITLE_CHARACTERS = 45  # of Discord
MAX_DESCRIPTION_CHARACTERS = 100  # of Discord
MAX_ENTRY_CHARACTERS = 20  # of a number

Interaction = discord.Interaction[discord.Client]
Field = TextInput["Form"]


class Form(discord.ui.Modal):
    """A form."""

    def __init__(self, resources: Resources, title: str, locale: str) -> None:
        super().__init__(title=title[:MAX_TITLE_CHARACTERS], timeout=OPEN_SECONDS)
        resources.forms.opened(self.custom_id)
        self._resources = resources
        self._locale = locale

    def add_field(self, text: str, description: str, field: Field) -> None:
        """Add a field below the others."""
        self.add_item(Label["Form"](text=text, description=description[:MAX_DESCRIPTION_CHARACTERS], component=field))

    @property
    def entries(self) -> dict[str, str]:
        """What was typed, by field."""
        return {item.custom_id: item.value for item in self.walk_children() if isinstance(item, TextInput)}

    async def interaction_check(self, interaction: Interaction) -> bool:
        """Register the form's task, or refuse the form while the bot is stopping."""
        if self._resources.tasks.closing:
            await reply_privately(interaction, restarting(locale_of(interaction)))
            return False
        self._resources.tasks.add_current()
        return True

    async def on_timeout(self) -> None:
        """Forget the form: a later submission is answered like one from before a restart."""
        self._resources.forms.closed(self.custom_id)

    async def on_error(  # type: ignore[override] # Modal's signature, without the item of a view
        self, interaction: Interaction, error: Exception
    ) -> None:
        """Report the error to the user."""
        await reply_error(interaction, error)


def number_field(spec: ParamSpec, value: object) -> Field:
    """Return a field for a parameter."""
    default = None if value is None else str(value)
    return Field(custom_id=spec.name, default=default, required=False, max_length=MAX_ENTRY_CHARACTERS)


def number(spec: ParamSpec, typed: str) -> float:
    """Parse a number; whole ones are digits only, since 1,000 and 1.000 would otherwise become 1. Raises BadEntry."""
    try:
        decimal = typed.replace(",", ".").replace("_", "?")  # 0_1 is a number in Python alone
        value = int(typed) if spec.type is int and typed.isdecimal() else float(decimal)
    except ValueError:
        raise BadEntry(spec.name, typed) from None
    if not spec.offers(value):
        raise BadEntry(spec.name, typed)
    return value
