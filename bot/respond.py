"""Private error messages; unexpected errors are logged under a reference that the user is shown."""

import io
import logging
import secrets
from datetime import datetime
from typing import Any

import discord
from discord import app_commands

from tempera.bot.discord_failure import FROM_DISCORD, DiscordFailure, brief, failure_of
from tempera.bot.replies.errors import message as errors
from tempera.bot.replies.reply import fits
from tempera.models.errors import BadCheckpoint, DecoderFailed
from tempera.storage.errors import StorageUnavailable

FENCE = "```"
FOR_THE_OPERATOR = (BadCheckpoint, DecoderFailed, StorageUnavailable)  # foreseen, and a line in the log
FAULT = "fault"  # an event of the client, with the kind of fault
ANSWERED = "answered"  # in an interaction's extras: it has been responded to, although discord.py doesn't know
Interaction = discord.Interaction[discord.Client]

log = logging.getLogger(__name__)


def locale_of(interaction: Interaction) -> str:
    """Return the language in which the user uses Discord."""
    return str(interaction.locale)


async def reply_error(interaction: Interaction, error: Exception) -> None:
    """Report an error to the user privately."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if isinstance(cause, FROM_DISCORD) and _is_settled(interaction, cause):
        return
    message = _worded(cause, locale_of(interaction), interaction.created_at)
    if message is None:
        interaction.client.dispatch(FAULT, "unforeseen error")
        reference = secrets.token_hex(4)
        log.error("Error %s", reference, exc_info=cause)
        message = errors.unforeseen(reference, locale_of(interaction))
    elif isinstance(cause, FOR_THE_OPERATOR):
        interaction.client.dispatch(FAULT, type(cause).__name__)
        log.error("%s: %s", type(cause).__name__, cause)
    await reply_privately(interaction, message)


def _is_settled(interaction: Interaction, error: Exception) -> bool:
    """Log what Discord answered, and return whether nobody can be told any more."""
    failure, name = failure_of(error), _name(interaction)
    if failure is DiscordFailure.TAKEN:
        log.warning(
            "%s had an answer already. Unless Discord had errors just before, another bot runs with the same token: "
            "stop one of the two, or give it a token of its own",
            name,
        )
    else:
        log.warning("Discord did not take the answer to %s: %s", name, brief(error))
    return failure is not None and failure.is_unanswerable


def _name(interaction: Interaction) -> str:
    command = interaction.command
    return f"/{command.qualified_name}" if command else f"a {interaction.type.name}"


def _worded(error: Exception, locale: str, asked_at: datetime) -> str | None:
    """Return what to tell the user; an error in the wording must not leave them without an answer."""
    try:
        return errors.error_message(error, locale, asked_at)
    except Exception:
        log.exception("An error could not be worded")
        return None


async def reply_privately(interaction: Interaction, message: str) -> None:
    """Send the user a private message, as the response or a followup, with what they typed into a form.

    Errors of Discord are logged.
    """
    is_answered = interaction.response.is_done() or ANSWERED in interaction.extras
    send = interaction.followup.send if is_answered else interaction.response.send_message
    try:
        await send(**_with_entries(message, interaction), ephemeral=True)
    except FROM_DISCORD as failure:
        log.warning("The user could not be told: %s", brief(failure))


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
