"""The one place that words errors: for the user as a private line with a remedy, for the log with a reference."""

import logging
import secrets
import unicodedata
from datetime import UTC, datetime, timedelta

import aiohttp
import discord
from discord import app_commands
from discord.utils import format_dt

from bot.answers.clicks import FormGone, NotTheirs, StillWriting, TextGone
from bot.answers.next_request import TooLongToContinue
from bot.presets.built_in import BUILT_IN
from bot.presets.lookup import BadPresetValue
from bot.replies.channel import place, why
from bot.replies.languages import language_name, language_names
from bot.replies.markdown import literal, named
from bot.replies.params import allowed_values, param_name
from bot.respond import given_back, typed
from bot.running.limits import GuildQueueFull, TooManyRunning
from bot.running.tasks import ClickRunning, StorageBusy
from bot.scopes.permissions import NotAdmin
from bot.scopes.resolve import ChannelOff, ModelGone, NoSuchPlace, OverLimit, Source
from models.errors import (
    BadCheckpoint,
    DecoderFailed,
    EngineBusy,
    InvalidSamplingParam,
    PromptEmpty,
    UnknownLanguage,
    UnknownModel,
)
from models.sampling_params import SPECS
from storage.errors import CoolingDown, PresetLimitReached, PresetNameTaken, UnknownPreset

NAMED = 12  # models or characters in one line
RESTARTING = "Tempera is restarting. Try again in a minute."
SECOND = timedelta(seconds=1)  # Discord's timestamps are cut to whole ones

log = logging.getLogger(__name__)


def worded(error: Exception) -> str | None:
    """Return what to tell the user, or None for a fault that nobody foresaw."""
    about = (_about_models, _about_fairness, _about_buttons, _about_presets, _about_places, _about_commands)
    return next((line for words in about if (line := words(error))), None)


def _about_models(error: Exception) -> str | None:
    match error:
        case UnknownModel(name, known):
            return (
                f"There is no model called {literal(name)}. Try one of these: {', '.join(known[:NAMED]) or 'none yet'}."
            )
        case UnknownLanguage(model, language, spoken):
            cure = "Choose what it speaks, or another model: /models says who speaks what."
            return f"{model} speaks {language_names(spoken)}, not {literal(language_name(language))}. {cure}"
        case PromptEmpty(model, dropped, unit):
            if not any(map(_visible, "".join(dropped))):
                return "Your prompt has no visible character."
            strange = ", ".join("".join(map(named, token)) for token in dropped[:NAMED])
            others = "letters" if unit == "character" else "words"
            return f"{model} knows none of your prompt's {unit}s: {strange}\nTry other {others}, or another model."
        case EngineBusy(_, limit, wait_seconds):
            waiting = f"{limit} waiting already" if limit else "every place is taken"
            return f"Too many texts at once: {waiting}. Try again {_in(wait_seconds)}."
        case BadCheckpoint():
            return "This model's files are damaged; an admin finds the fault in the log. Try another model."
        case DecoderFailed():
            return "The model broke off while writing. Try again; if it keeps happening, try a shorter text."
    return None


def _visible(character: str) -> bool:
    """Tell whether there is anything to see, as there may be in a character newer than Python knows."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Zl", "Zp", "Zs"}


def _about_fairness(error: Exception) -> str | None:
    match error:
        case CoolingDown():
            return f"After each text there is a pause. Try again {format_dt(error.until + SECOND, 'R')}."
        case TooManyRunning(limit, wait_seconds):
            texts = _counted(limit, "text")
            return f"You have {texts} on the way already, as many as you may. Try again {_in(wait_seconds)}."
        case StorageBusy():
            return "Tempera is busy with its database. Nothing was written; try again in a few seconds."
        case GuildQueueFull(limit, wait_seconds):
            waiting = f"This server has {_counted(limit, 'text')} waiting already" if limit else "Every place is taken"
            return f"{waiting}. Try again {_in(wait_seconds)}."
    return None


def _about_buttons(error: Exception) -> str | None:
    match error:
        case ClickRunning():
            return "You have clicked this already: its answer is on the way."
        case FormGone():
            return "This form is no longer open: it is an hour old, or Tempera has restarted. Use the command again."
        case TextGone():
            return "This button's text is no longer kept. Start a new one with /generate."
        case StillWriting():
            return "This text is still being written. Wait for its end, or stop it first."
        case TooLongToContinue(limit):
            return f"With all before it this text has more than {limit:,} characters. Start a new one with /generate."
        case NotTheirs():
            return "Only whoever asked for this text may do that, or someone with the permission Manage Messages."
    return None


def _counted(number: int, noun: str) -> str:
    return f"a {noun}" if number == 1 else f"{number} {noun}s"


def _in(seconds: float) -> str:
    """Return a time that Discord shows as counting down, never one that is over already."""
    return format_dt(datetime.now(UTC) + max(SECOND, timedelta(seconds=seconds)) + SECOND, "R")


def _about_presets(error: Exception) -> str | None:
    match error:
        case PresetNameTaken(shared=True):
            return f"This server shares a preset called {literal(error.name)} already: /preset unshare it first."
        case PresetNameTaken():
            return f"You have a preset called {literal(error.name)} already: /preset edit it, or take another name."
        case PresetLimitReached(shared=True):
            presets = _counted(error.limit, "preset")
            return f"This server shares {presets} already, as many as it may: /preset unshare one first."
        case PresetLimitReached():
            return f"You have {_counted(error.limit, 'preset')} already, as many as you may: /preset delete one first."
        case UnknownPreset():
            return _about_unknown_preset(error)
        case BadPresetValue():
            return f"{error.field.capitalize()}: {literal(error.typed)} won't do; use {error.allowed}."
    return None


def _about_unknown_preset(error: UnknownPreset) -> str:
    if error.name in BUILT_IN:
        return f"The preset {error.name} is built in: use it, or make one of your own with /preset save."
    if error.name in error.known:
        return f"Your preset {literal(error.name)} is another one by now. Use /preset edit again."
    known = ", ".join(map(literal, error.known[:NAMED]))
    none = "There is none yet: /preset save makes one, /preset share gives it to a server."
    cure = f"Try one of these: {known}." if known else none
    return f"There is no preset called {literal(error.name)} here. {cure}"


def _about_places(error: Exception) -> str | None:
    match error:
        case ChannelOff(rule):
            cure = "Ask its admins" if rule.source is Source.SERVER else "Try another channel"
            return f"Texts are switched off for {place(rule)}. {cure}; /voice says what holds where you are."
        case ModelGone(model, rule, known):
            cure = f"Name another one: {', '.join(known[:NAMED]) or 'none yet'}."
            return f"The model {literal(model)} is gone; it was {why(rule)}. {cure}"
        case OverLimit(model, setting, limit):
            return f"{literal(model)} may not go above {setting} {limit:g}. Ask for less, or another model."
        case NoSuchPlace(source):
            return f"You are in no {source} here. Choose another place."
        case NotAdmin():
            return "Only those whom config.yaml names under admin › user\\_ids may use this."
    return None


def _about_commands(error: Exception) -> str | None:
    match error:
        case InvalidSamplingParam(name, value):
            spec = SPECS[name]
            return f"{param_name(spec).capitalize()} {literal(str(value))} can't be used; use {allowed_values(spec)}."
        case app_commands.TransformerError():
            return f"{literal(str(error.value))} is not allowed there. Look at what Discord offers for that option."
        case app_commands.NoPrivateMessage():
            return "This works on a server only."
        case app_commands.MissingPermissions():
            names = (name.replace("guild", "server").replace("_", " ") for name in error.missing_permissions)
            return f"For this you need the permission {' and '.join(names).title()}."
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
    """Send the user a private line, as the first answer or after it, and give back what they typed into a form.

    What Discord refuses goes to the log.
    """
    send = interaction.followup.send if interaction.response.is_done() else interaction.response.send_message
    try:
        await send(**given_back(line, typed(interaction)), ephemeral=True)
    except (discord.HTTPException, aiohttp.ClientError) as failure:
        log.warning("The user could not be told: %s", failure)
