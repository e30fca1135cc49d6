"""The language of a text: the requested one, or the prompt's, or the one in which the user uses Discord."""

from contextlib import suppress
from dataclasses import replace

from tempera.bot.replies.languages import language_code
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import BadCheckpoint
from tempera.models.formats.card import ModelCard
from tempera.models.library import Library


def in_language(request: SampleRequest, card: ModelCard, language: str | None, locale: str) -> SampleRequest:
    """Return the request in this language; without one, it will be detected, with a prior for the user's language.

    Raises UnknownLanguage if the model doesn't know the language.
    """
    users = locale.split("-")[0]  # as in en-GB, es-419
    likely = card.languages.index(users) if users in card.languages else 0
    index = None if language is None else card.language_index(language_code(language))
    return replace(request, language=index, likely_language=likely)


def languages_of(library: Library, model: str | None) -> list[str]:
    """Return the codes of a model's languages, or of all models' languages if there is no such model."""
    names = library.names()
    spoken: dict[str, None] = {}
    for name in [model] if model in names else names:
        with suppress(BadCheckpoint):  # damaged models are skipped
            spoken |= dict.fromkeys(library.card(name).languages)
    return list(spoken)
