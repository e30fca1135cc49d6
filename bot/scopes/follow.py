"""A prompt in a language that the default model doesn't speak goes to a model that does."""

import unicodedata
from contextlib import suppress
from dataclasses import dataclass, replace

from tempera.bot.origin import Source
from tempera.bot.resources import Resources
from tempera.bot.scopes.resolve import Resolved
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import BadCheckpoint, DecoderFailed
from tempera.models.formats.card import ModelCard

LEAST_CHARACTERS = 15  # of a prompt whose language is recognised
OWN_NATS = 4.0  # by which the default model's languages are more likely beforehand: names and quotations don't count
KNOWN_SHARE = 0.5  # of a prompt's letters: with fewer, it is in another script
WRITTEN_SHARE = 0.9  # of a prompt's letters that a language writes: capitals alone are no Japanese
LEAST_LETTERS = 6  # different ones: "haaaaaaaaaaaaaaa" is in no language
READ_CHARACTERS = 80  # at the prompt's end: enough to tell, and quickly read in all languages


@dataclass(frozen=True, slots=True)
class Followed:
    """The request for the model that speaks the prompt's language, and whether that is another one."""

    request: SampleRequest
    language: str | None  # as in Resolved, or as detected
    detected: bool = False


async def followed(resources: Resources, resolved: Resolved) -> Followed:
    """Return the request, for another model unless one or a language was named; raises UnknownModel, BadCheckpoint."""
    request, settings = resolved.request, resources.settings.models
    named = resolved.origins["model"].source is not Source.DEFAULT or resolved.language is not None
    if named or not settings.follow_language:
        return Followed(request, resolved.language)
    cards = _cards(resources) | {request.model: resources.library.card(request.model)}
    if other := _by_script(cards, request):
        return Followed(replace(request, model=other.name), None, detected=True)
    widest = max(cards.values(), key=lambda card: len(card.languages))
    own = cards[request.model].languages
    if set(widest.languages) <= set(own) or not tells_a_language(request.prompt):
        return Followed(request, None)
    language = await _recognised(resources, replace(request, model=widest.name), own)
    if language is None:
        return Followed(request, None)
    return Followed(replace(request, model=widest.name), language, detected=True)


def _cards(resources: Resources) -> dict[str, ModelCard]:
    """Return the models that write texts; records and outputs are no answer to a prompt's language."""
    found: dict[str, ModelCard] = {}
    for name in resources.library.names():
        with suppress(BadCheckpoint):
            card = resources.library.card(name)
            found |= {name: card} if card.layout == "running" else {}
    return found


def _by_script(cards: dict[str, ModelCard], request: SampleRequest) -> ModelCard | None:
    """Return the model that knows the letters of a prompt of which the default one knows too few."""
    if known_share(cards[request.model], request.prompt) >= KNOWN_SHARE:
        return None
    best = max(cards.values(), key=lambda card: known_share(card, request.prompt))
    return best if known_share(best, request.prompt) >= KNOWN_SHARE else None


def known_share(card: ModelCard, prompt: str) -> float:
    """Return the share of a prompt's letters that a model knows, accents aside; 1 for a prompt without letters."""
    return _share(prompt, card.characters or "".join(card.tokens))


def _share(text: str, alphabet: str) -> float:
    letters = [unicodedata.normalize("NFD", each)[0] for each in text if each.isalpha()]
    known = set(unicodedata.normalize("NFD", alphabet))
    return sum(each in known for each in letters) / len(letters) if letters else 1.0


def tells_a_language(prompt: str) -> bool:
    """Return whether a prompt is long enough, and varied enough, to recognise its language."""
    letters = {each for each in prompt.casefold() if each.isalpha()}
    return len(prompt.strip()) >= LEAST_CHARACTERS and len(letters) >= LEAST_LETTERS


async def _recognised(resources: Resources, request: SampleRequest, own: tuple[str, ...]) -> str | None:
    """Return the language of a prompt, None for one of the default model's, or where nobody can tell."""
    card = resources.library.card(request.model)
    fitted = card.vocabulary.fit(request.prompt[-READ_CHARACTERS:])
    if not fitted.text.strip():
        return None
    try:
        nats = await resources.engine.language_nats(replace(request, prompt=fitted.text))
    except (BadCheckpoint, DecoderFailed):
        return None  # the default model writes, as it would without this
    likely = {
        language: each + OWN_NATS * (language in own)
        for language, each in zip(card.languages, nats, strict=True)
        if _share(fitted.text, card.alphabets.get(language) or fitted.text) >= WRITTEN_SHARE or language in own
    }
    best = max(likely, key=lambda language: likely[language])
    return None if best in own else best
