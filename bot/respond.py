"""Private error messages; unexpected errors are logged under a reference that the user is shown."""

import io
import logging
import secrets
from typing import Any

import aiohttp
import discord
from discord import app_commands

from tempera.bot.replies.errors import message as errors
from tempera.bot.replies.reply import fits
from tempera.models.errors import BadCheckpoint, DecoderFailed

FENCE = "```"
Interaction = discord.Interaction[discord.Client]

log = logging.getLogger(__name__)


def locale_of(interaction: Interaction) -> str:
    """Return the language in which the user uses Discord."""
    return str(interaction.locale)


async def reply_error(interaction: Interaction, error: Exception) -> None:
    """Report an error to the user privately."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    message = _worded(cause, locale_of(interaction))
    if message is None:
        reference = secrets.token_hex(4)
        log.error("Error %s", reference, exc_info=cause)
        message = errors.unforeseen(reference, locale_of(interaction))
    elif isinstance(cause, BadCheckpoint | DecoderFailed):
        log.error("%s", cause)
    await reply_privately(interaction, message)


def _worded(error: Exception, locale: str) -> str | None:
    """Return what to tell the user; an error in the wording must not leave them without an answer."""
    try:
        return errors.error_message(error, locale)
    except Exception:
        log.exception("An error could not be worded")
        return None


async def reply_privately(interaction: Interaction, message: str) -> None:
    """Send the user a private message, as the response or a followup, with what they typed into a form.

    Errors of Discord are logged.
    """
    send = interaction.followup.send if interaction.response.is_done() else interaction.response.send_message
    try:
        await send(**_with_entries(message, interaction), ephemeral=True)
    except (discord.HTTPException, aiohttp.ClientError) as failure:
        log.warning("The user could not be told: %s", failure)


def _with_entries(message: str, interaction: Interaction) -> dict[str, Any]:
    """Return a message with what was typed into a form, which Discord discards, as an attachment if it is long."""
    entries = _entries(interaction)
    if not entries:
        return {"content": message}
    quoted = f"{errors.given_back(message, locale_of(interaction))}\n{FENCE}\n{entries}\n{FENCE}"
    if FENCE not in entries and fits(quoted):
        return {"content": quoted}
    return {"content": message, "file": discord.File(io.BytesIO(entries.encode()), "typed.txt")}


def _entries(interaction: Interaction) -> str:
    """Return what was typed into the form that this interaction submits, "" if there is none."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return ""
    data: Any = interaction.data
    fields = [row["component"] for row in data["components"]]
    return "\n".join(f"{field['custom_id'].capitalize()}: {field['value']}" for field in fields if field["value"])
