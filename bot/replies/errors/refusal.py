"""Messages about what Discord refuses to do."""

from tempera.bot.discord_failure import FROM_DISCORD, DiscordFailure, failure_of
from tempera.bot.replies.translation.catalog import N_, catalog

MESSAGES = {
    DiscordFailure.PASSING: N_("Discord isn't responding properly. Try again in a minute."),
    DiscordFailure.GONE: N_("That message no longer exists."),
    DiscordFailure.BLOCKED: N_("This server's AutoMod blocked the message. Use other words, or ask an admin here."),
    DiscordFailure.ARCHIVED: N_("This thread is archived. Reopen it, then try again."),
    DiscordFailure.NO_ACCESS: N_("Tempera isn't allowed to do that in this channel. Ask an admin of this server."),
}


def about_discord(error: Exception, locale: str) -> str | None:
    """Return why Discord refused a request, None for what no user can change."""
    if not isinstance(error, FROM_DISCORD) or not (failure := failure_of(error)):
        return None
    message = MESSAGES.get(failure)
    return message and catalog(locale).text(message)
