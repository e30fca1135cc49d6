"""Pages of a user's texts, with buttons that need only their ids and the database."""

import re
from typing import Any

import discord

from tempera.bot.forms.click import AnyButton, Interaction, answer_click
from tempera.bot.replies.personal.history import LABELS, listing
from tempera.bot.replies.translation.catalog import catalog
from tempera.bot.resources import Resources
from tempera.bot.respond import locale_of
from tempera.storage.texts.own_texts import OwnTexts, own_texts

SIZE = 8  # texts
MAX_WORDS_CHARACTERS = 60  # what is searched for is part of the buttons' ids, of 100 characters at most
# The direction, the id of the text beside the page, and the words.
PAGE_ID = r"(?s)history:(?P<direction>newer|older):(?P<text_id>[0-9]{1,18}):(?P<words>.{0,60})"


async def page_of(
    resources: Resources, interaction: Interaction, words: str, **beside: int
) -> tuple[str, discord.ui.View]:
    """Return a page of the user's own texts and its buttons; the newest one if the page asked for is empty.

    beside: `older_than` or `newer_than`, as in own_texts.
    """
    locale, user_id = locale_of(interaction), interaction.user.id
    page = await own_texts(resources.database, user_id, words, size=SIZE, **beside)
    if not page.texts:
        page = await own_texts(resources.database, user_id, words, size=SIZE)
    return listing(page, words, locale), _buttons(page, words, locale)


def _buttons(page: OwnTexts, words: str, locale: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    t = catalog(locale).text
    if page.has_newer:
        view.add_item(_drawn("newer", page.texts[0].id, words, t(LABELS["newer"])))
    if page.has_older:
        view.add_item(_drawn("older", page.texts[-1].id, words, t(LABELS["older"])))
    view.stop()  # clicks are dispatched by their id alone
    return view


def _drawn(direction: str, text_id: int, words: str, label: str) -> AnyButton:
    return discord.ui.Button(label=label, custom_id=f"history:{direction}:{text_id}:{words}")


def page_button(resources: Resources) -> type[discord.ui.DynamicItem[AnyButton]]:
    """Build the class that receives clicks."""

    class PageButton(discord.ui.DynamicItem[AnyButton], template=PAGE_ID):
        """The button to another page of the texts of whoever clicks."""

        def __init__(self, direction: str, text_id: int, words: str) -> None:
            super().__init__(_drawn(direction, text_id, words, LABELS[direction]))
            self.beside = {f"{direction}_than": text_id}
            self.words = words

        @classmethod
        async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], match: re.Match[str]) -> "PageButton":
            return cls(match["direction"], int(match["text_id"]), match["words"])

        async def callback(self, interaction: Interaction) -> None:
            """Show the other page."""
            await answer_click(resources, interaction, lambda: self._turn(interaction))

        async def _turn(self, interaction: Interaction) -> None:
            content, view = await page_of(resources, interaction, self.words, **self.beside)
            await interaction.response.edit_message(content=content, view=view)

    return PageButton
