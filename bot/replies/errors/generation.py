"""Messages about texts that can't be generated: the model, the prompt, the parameters, or too many at once."""

import unicodedata
from datetime import datetime, timedelta

from discord.utils import format_dt

from tempera.bot.exceptions import BadEntry, GuildQueueFull, ModelGone, OverLimit, TooManyRunning, WrongNumberOfValues
from tempera.bot.replies.channel import origin_of
from tempera.bot.replies.languages import language_name, language_names
from tempera.bot.replies.markdown import literal, visible_form
from tempera.bot.replies.params import allowed_values, param_name, param_value
from tempera.bot.replies.translation.catalog import catalog
from tempera.bot.replies.translation.plural import texts
from tempera.bot.replies.wording import LISTED, listed, not_valid
from tempera.models.errors import (
    BadCheckpoint,
    DecoderFailed,
    EngineBusy,
    InvalidRequest,
    InvalidSamplingParam,
    PromptEmpty,
    UnknownLanguage,
    UnknownModel,
)
from tempera.models.sampling_params import SPECS
from tempera.storage.errors import CoolingDown, QuotaReached

SECOND = timedelta(seconds=1)  # Discord's timestamps are truncated to whole seconds


def about_models(error: Exception, locale: str) -> str | None:
    """Return what is wrong with a model."""
    t = catalog(locale).text
    match error:
        case UnknownModel(name, known):
            there = t("Available models: {models}.", models=listed(known, t("none yet")))
            return t("There is no model called {name}. {there}", name=literal(name), there=there)
        case ModelGone(model, origin, known):
            gone = t(
                "The model {model} no longer exists ({origin}).", model=literal(model), origin=origin_of(origin, locale)
            )
            return t("{gone} Choose another one: {models}.", gone=gone, models=listed(known, t("none yet")))
        case UnknownLanguage(model, language, spoken):
            return t(
                "{model} writes in {spoken}, not in {language}. Choose one of those, or another model from /models.",
                model=model,
                spoken=language_names(spoken),
                language=literal(language_name(language)),
            )
        case BadCheckpoint():
            return t("This model's files are damaged. Try another model; an admin can find the details in the log.")
        case DecoderFailed():
            return t("The model stopped unexpectedly. Try again; if it keeps happening, try a shorter text.")
    return None


def about_prompts(error: Exception, locale: str) -> str | None:
    """Return what is wrong with a prompt or a parameter."""
    t = catalog(locale).text
    match error:
        case PromptEmpty():
            return _about_empty_prompt(error, locale)
        case OverLimit(model, setting, limit):
            spec = SPECS[setting]
            values = {"model": literal(model), "setting": param_name(spec, locale), "limit": f"{limit:g}"}
            return t("{model} is limited to {setting} {limit}. Ask for less, or use another model.", **values)
        case WrongNumberOfValues(fewest, most):
            return t(
                "Compare {fewest} to {most} temperatures or models, such as: 0.2 0.7 1.0", fewest=fewest, most=most
            )
        case InvalidSamplingParam(name, value):
            spec = SPECS[name]
            shown, allowed = literal(param_value(spec, value, locale)), allowed_values(spec, locale)
            return not_valid(param_name(spec, locale), shown, allowed, locale)
        case InvalidRequest():
            return t("This text can't be written like that. Start a new one with /generate.")
        case BadEntry(name, typed):
            spec = SPECS[name]
            allowed = t("{allowed}, or leave it empty", allowed=allowed_values(spec, locale))
            return not_valid(param_name(spec, locale), literal(typed), allowed, locale)
    return None


def _about_empty_prompt(error: PromptEmpty, locale: str) -> str:
    t, model, dropped = catalog(locale).text, error.model, error.dropped
    if not any(map(_is_visible, "".join(dropped))):
        return t("Your prompt has no visible characters.")
    unknown = ", ".join("".join(map(visible_form, token)) for token in dropped[:LISTED])
    if error.unit == "character":
        line = t("{model} knows none of the characters in your prompt: {unknown}", model=model, unknown=unknown)
        if error.known_by:
            models = literal(", ".join(error.known_by))
            return t(
                "{line}\nA model that knows them: {models}. Name it with the option model.", line=line, models=models
            )
        return t("{line}\nUse other characters, or another model.", line=line)
    line = t("{model} knows none of the words in your prompt: {unknown}", model=model, unknown=unknown)
    return t("{line}\nUse other words, or another model.", line=line)


def _is_visible(character: str) -> bool:
    """Return whether a character is visible; one that is newer than Python's Unicode tables may be."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Zl", "Zp", "Zs"}


def about_waiting(error: Exception, locale: str, asked_at: datetime) -> str | None:
    """Return why the user has to wait, and until when; `asked_at`: by Discord's clock, which the reader sees."""
    found = _waiting(error, locale)
    if found is None:
        return None
    reason, seconds = found
    t = catalog(locale).text
    wait = max(SECOND, timedelta(seconds=seconds)) + SECOND
    return t(
        "{reason} Try again {time}.", reason=reason or t("Every slot is taken."), time=format_dt(asked_at + wait, "R")
    )


def _waiting(error: Exception, locale: str) -> tuple[str, float] | None:
    """Return a reason, "" if only every slot is taken, and for how long that may last, in seconds."""
    t = catalog(locale).text
    match error:
        case CoolingDown():
            return t("You're on cooldown."), error.wait_seconds
        case QuotaReached():
            used = t("You have reached your quota in this server: {texts} a day.", texts=texts(error.limit, locale))
            return used, error.wait_seconds
        case EngineBusy(_, limit, seconds):
            full = t("The queue is full: {texts} waiting.", texts=texts(limit, locale))
            return full if limit else "", seconds
        case GuildQueueFull(limit, seconds):
            waiting = t("This server already has {texts} waiting.", texts=texts(limit, locale))
            return waiting if limit else "", seconds
        case TooManyRunning(limit, seconds):
            running = t("You already have {texts} in progress, the maximum per person.", texts=texts(limit, locale))
            return running, seconds
    return None
