"""In which language a text is written: the one asked for, the prompt's, or the one that someone uses Discord in."""

from contextlib import suppress
from dataclasses import replace

from tempera.bot.replies.languages import language_code
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import BadCheckpoint
from tempera.models.formats.card import ModelCard
from tempera.models.library import Library


def in_language(request: SampleRequest, card: ModelCard, language: str | None, locale: str) -> SampleRequest:
    """Return the request in this language; without one in the prompt's, or if that does not tell in the user's.

    Raises UnknownLanguage when the model does not write in it.
    """
    users = locale.split("-")[0]  # as in en-GB, es-419
    likely = card.languages.index(users) if users in card.languages else 0
    index = None if language is None else card.language_index(language_code(language))
    return replace(request, language=index, likely_language=likely)


def languages_of(library: Library, model: str | None) -> list[str]:
    """Return the codes of what a model writes in, or if there is none of this name, of what any model does."""
    names = library.names()
    spoken: dict[str, None] = {}
    for name in [model] if model in names else names:
        with suppress(BadCheckpoint):  # it writes for nobody
            spoken |= dict.fromkeys(library.card(name).languages)
    return list(spoken)
