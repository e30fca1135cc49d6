"""Languages as people know them: by their own names, and as the one that someone uses Discord in."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

import discord

from models.card import ModelCard
from models.engine.request import SampleRequest
from models.errors import BadCheckpoint
from models.library import Library

NAMES = {"en": "English", "fr": "français", "de": "Deutsch", "es": "español", "ja": "日本語"}


def language_name(code: str) -> str:
    """Return what a language calls itself, or its code where that is not known."""
    return NAMES.get(code, code)


def language_names(codes: Iterable[str]) -> str:
    """Return several languages' names."""
    return ", ".join(map(language_name, codes))


def language_code(typed: str) -> str:
    """Return the code of a language given by code or name; what is neither stays as it is."""
    wanted = typed.strip().casefold()
    return next((code for code, name in NAMES.items() if name.casefold() == wanted), wanted)


def in_language(request: SampleRequest, card: ModelCard, language: str | None, locale: discord.Locale) -> SampleRequest:
    """Return the request in this language; without one in the prompt's, or if that does not tell in the user's.

    Raises UnknownLanguage when the model does not speak it.
    """
    users = str(locale.value).split("-")[0]  # as in en-GB, es-419
    likely = card.languages.index(users) if users in card.languages else 0
    number = None if language is None else card.language_index(language_code(language))
    return replace(request, language=number, likely_language=likely)


def languages_of(library: Library, model: str | None) -> list[str]:
    """Return the codes of what a model speaks, or if there is none of this name, of what any model does."""
    names = library.names()
    spoken: dict[str, None] = {}
    for name in [model] if model in names else names:
        with suppress(BadCheckpoint):  # it speaks to nobody
            spoken |= dict.fromkeys(library.card(name).languages)
    return list(spoken)
