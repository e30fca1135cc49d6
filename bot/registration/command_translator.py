"""Names and descriptions of commands in the languages that there are catalogues of."""

from pathlib import Path

from discord import Locale, app_commands

from tempera.bot.replies.catalog import LOCALES, catalog


class CommandTranslator(app_commands.Translator):
    """Gives Discord what a catalogue has; it shows the rest in English."""

    def __init__(self, folder: Path = LOCALES) -> None:
        self._folder = folder

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002 - the same words everywhere
    ) -> str | None:
        """Return a text in a language, None where there is none of its own."""
        translated = catalog(str(locale), self._folder).text(string.message)
        return None if translated == string.message else translated
