"""Messages about all errors that a user is told about, each with a remedy."""

from collections.abc import Callable
from datetime import datetime

from discord import app_commands

from tempera.bot.exceptions import (
    ChannelOff,
    ClickRunning,
    DeletionRefused,
    FormGone,
    NoSuchScope,
    NoSuchText,
    NotAdmin,
    NothingToContinue,
    NothingToShow,
    NotTheirs,
    StillWriting,
    TextGone,
    TextsRunning,
    TooLongToContinue,
)
from tempera.bot.origin import Source
from tempera.bot.replies.channel import scope_name
from tempera.bot.replies.errors.generation import about_models, about_prompts, about_waiting
from tempera.bot.replies.errors.preset import about_presets
from tempera.bot.replies.errors.refusal import about_discord
from tempera.bot.replies.errors.rules import about_rules
from tempera.bot.replies.errors.storage import about_storage
from tempera.bot.replies.markdown import literal
from tempera.bot.replies.translation.catalog import N_, catalog


def error_message(error: Exception, locale: str, asked_at: datetime) -> str | None:
    """Return the message for the user, or None for an unexpected error; `asked_at`: by Discord's clock."""
    found = (message for about in ABOUT if (message := about(error, locale)))
    return next(found, None) or about_waiting(error, locale, asked_at)


def unforeseen(reference: str, locale: str) -> str:
    """Say that something went wrong, with the reference in the log."""
    t = catalog(locale).text
    return t("Something went wrong. Reference {reference}: an admin can look it up in the log.", reference=reference)


def restarting(locale: str) -> str:
    """Say that the bot is restarting."""
    return catalog(locale).text("Tempera is restarting. Try again in a minute.")


def given_back(message: str, locale: str) -> str:
    """Introduce what the user typed into a form that was refused."""
    return catalog(locale).text("{message}\nYou typed:", message=message)


ABOUT_ANSWERS: dict[type[Exception], str] = {
    ClickRunning: N_("You've already clicked this. The answer is on its way."),
    FormGone: N_("This form has expired: it was open for an hour, or Tempera has restarted. Run the command again."),
    TextGone: N_("This text is no longer stored. Start a new one with /generate."),
    StillWriting: N_("This text is still being written. Wait until it ends, or stop it first."),
    TextsRunning: N_("One of your texts is still being written. Wait until it ends, or stop it, then try again."),
    DeletionRefused: N_(
        "Discord didn't let Tempera delete this message, so its text is still stored. Ask an admin of this server."
    ),
    NothingToShow: N_("This text is empty, so there is nothing to show."),
    NothingToContinue: N_("This message has no text to continue. Choose one with text, or use /generate."),
    NotTheirs: N_("Only the person who requested this text, or someone with Manage Messages, can do that."),
}


def _about_answers(error: Exception, locale: str) -> str | None:
    t = catalog(locale).text
    if isinstance(error, TooLongToContinue):
        return t(
            "This text, with everything before it, is longer than {limit:,} characters and can't be continued. "
            "Start a new one with /generate.",
            limit=error.limit,
        )
    if isinstance(error, NoSuchText):
        return t("You have no text {number}. Run /history list to see yours.", number=literal(error.typed))
    message = ABOUT_ANSWERS.get(type(error))
    return message and t(message)


def _about_scopes(error: Exception, locale: str) -> str | None:
    t = catalog(locale).text
    match error:
        case ChannelOff(origin):
            off = t("/generate is turned off for {scope}.", scope=scope_name(origin, locale))
            if origin.source is Source.SERVER:
                return t("{off} Ask an admin of this server. /settings shows what applies here.", off=off)
            return t("{off} Try another channel. /settings shows what applies here.", off=off)
        case NoSuchScope(Source.CATEGORY):
            return t("This channel isn't in a category. Choose another scope.")
        case NoSuchScope(Source.THREAD):
            return t("This isn't a thread. Choose another scope.")
        case NoSuchScope():
            return t("There is no such scope here. Choose another one.")
    return None


def _about_rights(error: Exception, locale: str) -> str | None:
    t = catalog(locale).text
    match error:
        case NotAdmin():
            return t("Only users listed in config.yaml under admin › user\\_ids can use this command.")
        case app_commands.TransformerError():
            value = literal(str(error.value))
            return t("{value} isn't a valid value for that option. Choose one that Discord suggests.", value=value)
        case app_commands.NoPrivateMessage():
            return t("This command only works in a server.")
        case app_commands.MissingPermissions():
            return t(
                "You need the permission {permissions}.", permissions=_permissions(error.missing_permissions, locale)
            )
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return t("This command has changed. Restart Discord, then try again.")
    return None


# By their names in Discord's settings.
PERMISSIONS = {
    "manage_guild": N_("Manage Server"),
    "manage_channels": N_("Manage Channels"),
    "manage_messages": N_("Manage Messages"),
    "use_application_commands": N_("Use Application Commands"),
}


def _permissions(names: list[str], locale: str) -> str:
    return ", ".join(catalog(locale).text(PERMISSIONS[name]) for name in names)


ABOUT: tuple[Callable[[Exception, str], str | None], ...] = (
    about_models,
    about_prompts,
    about_rules,
    about_storage,
    _about_answers,
    about_presets,
    _about_scopes,
    _about_rights,
    about_discord,
)
