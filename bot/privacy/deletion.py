"""The button that deletes everything about whoever clicks it, and what it does."""

import logging
import re
from typing import Any

import discord

from tempera.bot.exceptions import TextsRunning
from tempera.bot.forms.click import AnyButton, Interaction, answer_click
from tempera.bot.replies.personal import privacy as replies
from tempera.bot.replies.personal.privacy import Keeping
from tempera.bot.resources import Resources
from tempera.bot.respond import locale_of
from tempera.storage.erasure import erase_traces
from tempera.storage.errors import StorageUnavailable
from tempera.storage.privacy import delete_about

DELETE_ID = "privacy:delete"

log = logging.getLogger(__name__)


def keeping(resources: Resources) -> Keeping:
    """Return for how long things are kept, by the current settings."""
    storage = resources.settings.storage
    return Keeping(
        days=storage.keep_days,
        backup_hours=storage.backups_kept * storage.backup_interval_hours,
        privacy_url=storage.privacy_url,
    )


def confirmation_view(locale: str) -> discord.ui.View:
    """Return the button to send with the question."""
    view = discord.ui.View(timeout=None)
    view.add_item(_drawn(replies.delete_everything(locale)))
    view.stop()  # clicks are dispatched by their id alone
    return view


def _drawn(label: str) -> AnyButton:
    return discord.ui.Button(style=discord.ButtonStyle.danger, label=label, custom_id=DELETE_ID)


def delete_button(resources: Resources) -> type[discord.ui.DynamicItem[AnyButton]]:
    """Build the class that receives clicks."""

    class DeleteButton(discord.ui.DynamicItem[AnyButton], template=DELETE_ID):
        """The button that deletes everything about whoever clicks it."""

        def __init__(self) -> None:
            super().__init__(_drawn("…"))

        @classmethod
        async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], ___: re.Match[str]) -> "DeleteButton":
            return cls()

        async def callback(self, interaction: Interaction) -> None:
            """Delete everything."""
            await answer_click(resources, interaction, lambda: delete_everything(resources, interaction))

    return DeleteButton


def check_nothing_runs(resources: Resources, user_id: int) -> None:
    """Raise TextsRunning while a text of this user is being written: it would be stored after the deletion."""
    if resources.limits.has_active(user_id):
        raise TextsRunning


async def delete_everything(resources: Resources, interaction: Interaction) -> None:
    """Delete everything that is stored about the user; raises TextsRunning, StorageUnavailable."""
    user_id, locale = interaction.user.id, locale_of(interaction)
    with resources.clicks.only_once((user_id, DELETE_ID)):
        check_nothing_runs(resources, user_id)
        await interaction.response.defer()
        await resources.texts.all_stored()  # what is on its way into a row
        await delete_about(resources.database, user_id)
        resources.pins.forget_all()
        await interaction.edit_original_response(content=replies.deleted(keeping(resources), locale), view=None)
    await _erase_traces(resources)


async def _erase_traces(resources: Resources) -> None:
    try:
        is_erased = await erase_traces(resources.database)
    except StorageUnavailable as error:
        log.warning("What deleted rows left in the database's files stays until the daily upkeep: %s", error)
    else:
        if not is_erased:
            log.info("The database is being read; what deleted rows left in its log goes with the daily upkeep")
