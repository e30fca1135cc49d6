"""Messages about why the bot can't start, and the report of --check; the last line says what to do."""

from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path

import aiohttp
import discord

from tempera.bot.discord_failure import brief
from tempera.bot.exceptions import CannotStart, EndpointUnavailable, EnvironmentInvalid, SettingsInvalid
from tempera.models.errors import BadCheckpoint, DecoderFailed
from tempera.models.formats.card import ModelCard
from tempera.storage.errors import MigrationFailed, StorageError
from tempera.storage.inspect import DatabaseFile
from tempera.storage.remedies import remedy

START_ERRORS = (
    CannotStart,
    BadCheckpoint,
    DecoderFailed,
    StorageError,
    discord.DiscordException,
    aiohttp.ClientError,
)
BYTES_PER_MB = 1_000_000
DEVELOPERS = "https://discord.com/developers/applications"


class CloseCode(IntEnum):
    """Codes with which Discord's gateway closes a connection for good.

    Source: docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes.
    """

    AUTHENTICATION_FAILED = 4004
    SHARDING_REQUIRED = 4011


def reasons(error: Exception) -> tuple[str, ...]:
    """Return the lines to print; the last one says what to do."""
    match error:
        case SettingsInvalid():
            return (*error.problems, f"Fix {error.path}, then check again with: python -m bot --check")
        case EndpointUnavailable(host, port, reason):
            remedy = "Set another address under monitoring in config.yaml, or port: 0 to do without."
            return f"/healthz and /metrics can't be answered at {host}, port {port}: {reason}", remedy
        case EnvironmentInvalid():
            return error.problem, error.remedy
        case BadCheckpoint():
            return str(error), f"Restore {error.path.parent}, or remove it from the models folder."
        case DecoderFailed():
            return f"The decoder did not start: {error.reason}", "Rebuild the environment: make clean setup"
        case StorageError():
            return _storage_reasons(error)
        case CannotStart():
            return (str(error),)
    return _discord_reasons(error)


def _storage_reasons(error: StorageError) -> tuple[str, str]:
    if isinstance(error, MigrationFailed):
        return f"The database could not be upgraded: {error}", remedy(error)
    return str(error), remedy(error)


def _discord_reasons(error: Exception) -> tuple[str, str]:
    match error:
        case discord.LoginFailure() | discord.ConnectionClosed(code=CloseCode.AUTHENTICATION_FAILED):
            return "Discord rejected the token.", f"Copy it again from {DEVELOPERS} › Bot, and set DISCORD_TOKEN to it."
        case discord.ConnectionClosed(code=CloseCode.SHARDING_REQUIRED):
            return "The bot is in too many servers for one connection (4011).", "Remove it from some, then start again."
        case discord.PrivilegedIntentsRequired():
            remedy = f"Look for a notice about the bot at {DEVELOPERS}, then start again."
            return (
                "Discord refuses the bot's intents (4014), although Tempera asks for none that are privileged.",
                remedy,
            )
        case discord.ConnectionClosed():
            return f"Discord closed the connection for good (code {error.code}).", f"Look at {DEVELOPERS} for a notice."
        case discord.HTTPException(status=429):
            return "Discord has blocked this address for a while: too many requests came from it.", (
                "Wait an hour before the next start; every try before makes it longer."
            )
        case discord.Forbidden():
            return f"Discord rejected the bot: {brief(error)}.", f"Check the application's settings at {DEVELOPERS}"
    what = brief(error) if isinstance(error, discord.HTTPException) else str(error)
    return f"Discord can't be reached: {what}", "Check the network and https://discordstatus.com, then start again."


def check_report(
    config: Path,
    hints: Iterable[str],
    cards: Iterable[ModelCard],
    damaged: list[BadCheckpoint],
    decoder: str,
    database: DatabaseFile,
    *,
    is_slow: bool,
) -> str:
    """Return the report of --check."""
    return "\n".join(
        (
            f"settings: {config.absolute()}",
            *(f"hint: {hint}" for hint in hints),
            *(f"model: {card.name}, {card.parameters:,} parameters" for card in cards),
            *(f"damaged model: {error}" for error in damaged),
            f"decoder: {decoder}",
            f"database: {_database(database)}",
            *([f"hint: {_space(database)}"] if database.is_space_scarce else []),
            _verdict(damaged=bool(damaged), is_slow=is_slow),
        )
    )


def _database(found: DatabaseFile) -> str:
    if not found.exists:
        return f"{found.path}, created at the first start"
    checked = "" if found.is_checked else ", not checked as a whole"
    return f"{found.path}{checked}{', upgraded at the next start' if found.needs_upgrade else ''}"


def _space(found: DatabaseFile) -> str:
    return f"the disk of {found.path} has only {found.free_bytes / BYTES_PER_MB:,.0f} MB left; make room soon"


def _verdict(*, damaged: bool, is_slow: bool) -> str:
    if damaged:
        return "The bot can start, without the damaged models."
    return "The bot can start, but it will write slowly." if is_slow else "Everything is OK."
