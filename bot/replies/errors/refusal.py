"""Messages about what Discord refuses to do."""

from tempera.bot.discord_failure import FROM_DISCORD, DiscordFailure, failure_of
from tempera.bot.replies.catalog import catalog

MESSAGES = {
    DiscordFailure.PASSING: "Discord isn't responding properly. Try again in a minute.",
    DiscordFailure.GONE: "That message no longer exists.",
    DiscordFailure.BLOCKED: "This server's AutoMod blocked the message. Use other words, or ask an admin here.",
    DiscordFailure.ARCHIVED: "This thread is archived. Reopen it, then try again.",
    DiscordFailure.NO_ACCESS: "Tempera isn't allowed to do that in this channel. Ask an admin of this server.",
}


def about_discord(error: Exception, locale: str) -> str | None:
    """Return why Discord refused a request, None for what no user can change."""
    if not isinstance(error, FROM_DISCORD) or not (failure := failure_of(error)):
        return None
    message = MESSAGES.get(failure)
    return message and catalog(locale).text(message)
