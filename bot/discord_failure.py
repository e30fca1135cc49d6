"""What a failed request to Discord means for the message that it was about.

Codes: docs.discord.com/developers/topics/opcodes-and-status-codes#json.
"""

from enum import StrEnum

import aiohttp
import discord

from tempera.storage.errors import StorageUnavailable

CLIENT_ERROR, FORBIDDEN, NOT_FOUND, TOO_LARGE, RATE_LIMITED, SERVER_ERROR = 400, 403, 404, 413, 429, 500


class DiscordFailure(StrEnum):
    """Why Discord didn't do what it was asked."""

    PASSING = "passing"  # another try may succeed
    LATE = "late"  # the interaction is no longer waiting for an answer
    TAKEN = "taken"  # the interaction has an answer already
    EXPIRED = "expired"  # the interaction's token is older than 15 minutes
    GONE = "gone"  # the message was deleted, or everything around it
    BLOCKED = "blocked"  # by AutoMod
    ARCHIVED = "archived"  # the thread
    NO_ACCESS = "no access"
    TOO_LONG = "too long"
    REJECTED = "rejected"  # for any other reason

    @property
    def is_unanswerable(self) -> bool:
        """Whether nobody can be told through this interaction any more."""
        return self in {DiscordFailure.LATE, DiscordFailure.TAKEN, DiscordFailure.EXPIRED}


BY_CODE = {
    10062: DiscordFailure.LATE,
    40060: DiscordFailure.TAKEN,
    50027: DiscordFailure.EXPIRED,
    200000: DiscordFailure.BLOCKED,
    200001: DiscordFailure.BLOCKED,
    50083: DiscordFailure.ARCHIVED,
    50035: DiscordFailure.TOO_LONG,
    40005: DiscordFailure.TOO_LONG,
}
BY_STATUS = {
    RATE_LIMITED: DiscordFailure.PASSING,
    TOO_LARGE: DiscordFailure.TOO_LONG,
    FORBIDDEN: DiscordFailure.NO_ACCESS,
    NOT_FOUND: DiscordFailure.GONE,
}
FROM_DISCORD = (discord.HTTPException, aiohttp.ClientError)
FAILURES = (*FROM_DISCORD, OSError)  # of a request to Discord, also before it reaches the network


def failure_of(error: BaseException) -> DiscordFailure | None:
    """Return what an error of a request to Discord means, None for any other error."""
    if not isinstance(error, FAILURES):
        return None
    if not isinstance(error, discord.HTTPException) or error.status >= SERVER_ERROR or _is_page(error):
        return DiscordFailure.PASSING
    return BY_CODE.get(error.code) or BY_STATUS.get(error.status, DiscordFailure.REJECTED)


def _is_page(error: discord.HTTPException) -> bool:
    """Whether a proxy answered in Discord's place: Discord itself answers in JSON."""
    return error.text.lstrip().startswith("<")


def brief(error: BaseException) -> str:
    """Describe an error for the log in one line, without Discord's body, which can be a page of HTML."""
    if isinstance(error, StorageUnavailable):
        return str(error)
    if isinstance(error, discord.HTTPException):
        return f"status {error.status}, code {error.code}"
    return type(error).__name__
