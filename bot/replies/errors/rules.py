"""Messages about what a server or the operator doesn't allow."""

from tempera.bot.exceptions import BadServerId, BlockedByOperator, BlockedPrompt, NotBlockable, NothingNamed, NoWord
from tempera.bot.replies.markdown import literal
from tempera.bot.replies.translation.catalog import N_, catalog
from tempera.storage.errors import WordLimitReached

MESSAGES: dict[type[Exception], str] = {
    NothingNamed: N_("Name a user or a server."),
    NotBlockable: N_("Admins of the bot can't be blocked."),
    NoWord: N_("That isn't a word: use letters, digits or symbols that can be seen."),
}


def about_rules(error: Exception, locale: str) -> str | None:
    """Return what isn't allowed, or can't be set."""
    t = catalog(locale).text
    match error:
        case BlockedByOperator(is_server=True):
            return t("The operator of this bot has blocked this server. /privacy still works.")
        case BlockedByOperator():
            return t("The operator of this bot has blocked you. /privacy still works.")
        case BlockedPrompt(word):
            return t("This server blocks a word in your prompt: {word}", word=literal(word))
        case BadServerId(typed):
            return t("{typed} isn't a server's id. Copy it in Discord with Developer Mode on.", typed=literal(typed))
        case WordLimitReached():
            return t(
                "This server already blocks {number} words, the maximum. Run /server allow-word first.",
                number=error.limit,
            )
    message = MESSAGES.get(type(error))
    return message and t(message)
