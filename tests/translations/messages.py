"""All messages of the bot: from the code, from what Discord is told of the commands, and from the bundled models."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import discord
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from discord import app_commands

from tempera.bot.app import open_library
from tempera.bot.config.loader import load_settings
from tempera.bot.registration.command_translator import KINDS
from tempera.models.sampling_params import OPTIONS
from tests.reference import ADMIN_GUILD, CONFIG, command_tree

ROOT = Path(__file__).parents[2]
REPLIES = ROOT / "bot" / "replies"
KEYWORDS = {"t": None, "text": None, "N_": None, "count": (2, 3)}
Text = tuple[str | None, str]  # gettext's context, and the message


class Recorder(app_commands.Translator):
    """Remembers everything that discord.py wants to have translated."""

    def __init__(self) -> None:
        self.found: dict[Text, None] = {}

    async def translate(
        self, string: app_commands.locale_str, _locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Remember a text."""
        self.found[KINDS.get(context.location), string.message] = None
        return None


def messages() -> Catalog:
    """Return all messages, without translations."""
    found = Catalog(charset="utf-8", fuzzy=False)
    for path in sorted(REPLIES.rglob("*.py")):
        place = str(path.relative_to(ROOT))
        for each in extract_from_file("python", path, keywords=KEYWORDS):
            found.add(cast("str", each[1]), locations=[(place, 0)])
    for context, text in [*asyncio.run(_of_commands()), *_of_params(), *_of_cards()]:
        found.add(text, context=context)
    return found


async def _of_commands() -> list[Text]:
    tree, recorder = command_tree(), Recorder()
    for guild in (None, ADMIN_GUILD):
        for command in tree.get_commands(guild=guild):
            await command.get_translated_payload(tree, recorder)
    return list(recorder.found)


def _of_params() -> Iterator[Text]:
    for spec in OPTIONS:
        yield from ((None, each) for each in (spec.name.replace("_", "-"), spec.label, spec.description) if each)
        yield from (("choice", each) for each in spec.choices)


def _of_cards() -> Iterator[Text]:
    library = open_library(load_settings(CONFIG))
    for card in map(library.card, library.names()):
        yield from (("card", each) for each in (card.title, card.description))
