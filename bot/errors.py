"""The one place that words errors: for the user as a private line with a remedy, for the log with a reference."""

import logging
import secrets

import aiohttp
import discord
from discord import app_commands

from bot.markdown import literal
from models.errors import BadCheckpoint, DecoderFailed, EngineBusy, PromptEmpty, UnknownModel

NAMED = 12  # models or characters in one line
RESTARTING = "Tempera is restarting. Try again in a minute."

log = logging.getLogger(__name__)


def worded(error: Exception) -> str | None:
    """Return what to tell the user, or None for a fault that nobody foresaw."""
    match error:
        case UnknownModel(name, known):
            return (
                f"There is no model called {literal(name)}. Try one of these: {', '.join(known[:NAMED]) or 'none yet'}."
            )
        case PromptEmpty(model, dropped):
            characters = literal("".join(filter(str.isprintable, dropped[:NAMED])))
            return f"{model} knows none of your prompt's characters: {characters}\nTry other letters, or another model."
        case EngineBusy(_, limit, wait_seconds):
            waiting = f"{limit} waiting already" if limit else "every place is taken"
            return f"Too many texts at once: {waiting}. Try again in about {max(1, wait_seconds):.0f} s."
        case BadCheckpoint():
            return "This model's files are damaged; its admin finds the fault in the log. Try another model."
        case DecoderFailed():
            return "The model broke off while writing. Try again; if it keeps happening, try a shorter text."
        case app_commands.TransformerError():
            return f"{literal(str(error.value))} is not allowed there. Look at what Discord offers for that option."
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return "This command has changed. Restart Discord, then try again."
    return None


async def respond(interaction: discord.Interaction[discord.Client], error: Exception) -> None:
    """Tell the user privately what went wrong; what nobody foresaw goes to the log under the reference shown."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    line = worded(cause)
    if line is None:
        reference = secrets.token_hex(4)
        log.error("Fault %s", reference, exc_info=cause)
        line = f"Something went wrong that should not. An admin finds it in the log under {reference}."
    elif isinstance(cause, BadCheckpoint | DecoderFailed):
        log.error("%s", cause)
    await tell(interaction, line)


async def tell(interaction: discord.Interaction[discord.Client], line: str) -> None:
    """Send the user a private line, as the first answer or after it; what Discord refuses goes to the log."""
    send = interaction.followup.send if interaction.response.is_done() else interaction.response.send_message
    try:
        await send(line, ephemeral=True)
    except (discord.HTTPException, aiohttp.ClientError) as failure:
        log.warning("The user could not be told: %s", failure)
