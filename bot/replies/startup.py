"""The one place that words why the bot can't start: what is wrong, and on the last line the remedy."""

import aiohttp
import discord

from bot.config.environment import EnvironmentInvalid, SystemUnsupported
from bot.config.loader import SettingsInvalid
from models.errors import BadCheckpoint, DecoderFailed
from storage.errors import DatabaseInUse, DatabaseTooNew, MigrationFailed, StorageError

START_ERRORS = (
    SystemUnsupported,
    SettingsInvalid,
    EnvironmentInvalid,
    BadCheckpoint,
    DecoderFailed,
    StorageError,
    discord.DiscordException,
    aiohttp.ClientError,
)
DEVELOPERS = "https://discord.com/developers/applications"


def reasons(error: Exception) -> tuple[str, ...]:
    """Return the lines to print; the last one is the remedy."""
    match error:
        case SystemUnsupported():
            return (str(error),)
        case SettingsInvalid():
            return (*error.problems, f"Mend {error.path}, then look again with: python -m bot --check")
        case EnvironmentInvalid():
            return error.problem, error.remedy
        case BadCheckpoint():
            return str(error), f"Restore {error.path.parent} from where it came, or take it out of the models' folder."
        case DecoderFailed():
            return f"The decoder did not start: {error.reason}", "Rebuild the environment with: make clean setup"
        case StorageError():
            return _storage_reasons(error)
    return _discord_reasons(error)


def _storage_reasons(error: StorageError) -> tuple[str, str]:
    match error:
        case MigrationFailed():
            kept = f" A copy is {error.backup}." if error.backup else ""
            return f"The database could not be upgraded: {error}", f"It is as it was; run the former Tempera.{kept}"
        case DatabaseInUse():
            return str(error), "Stop the other one, or name another file under storage › url in config.yaml."
        case DatabaseTooNew():
            return str(error), "Run the newer Tempera again, or name another file under storage › url in config.yaml."
    return str(error), "Name a file that Tempera may write under storage › url in config.yaml."


def _discord_reasons(error: Exception) -> tuple[str, str]:
    match error:
        case discord.LoginFailure():
            return "Discord refused the token.", f"Copy it anew from {DEVELOPERS} › Bot, and set DISCORD_TOKEN to it."
        case discord.Forbidden() | discord.app_commands.CommandSyncFailure() | discord.ConnectionClosed():
            return f"Discord refused the bot: {error}", f"Look at the application's settings on {DEVELOPERS}"
    return f"Discord can't be reached: {error}", "Check the network and https://discordstatus.com, then start again."
