"""Names and descriptions of commands in the languages that there are catalogues of."""

from pathlib import Path

from discord import Locale, app_commands
from discord.app_commands import TranslationContextLocation

from tempera.bot.replies.translation.catalog import LOCALES, catalog

# Names by their kind, which is gettext's context: a name can differ from the same word in a text.
KINDS = {
    TranslationContextLocation.command_name: "command",
    TranslationContextLocation.group_name: "command",
    TranslationContextLocation.parameter_name: "option",
    TranslationContextLocation.choice_name: "choice",
}


class CommandTranslator(app_commands.Translator):
    """Gives Discord what a catalogue has; it shows the rest in English."""

    def __init__(self, folder: Path = LOCALES) -> None:
        self._folder = folder

    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return a text in a language, None where there is none of its own."""
        words, kind = catalog(str(locale), self._folder), KINDS.get(context.location)
        translated = words.name(kind, string.message) if kind else words.text(string.message)
        return None if translated == string.message else translated
