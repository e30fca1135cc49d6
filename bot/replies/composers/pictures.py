"""Words and labels of pictures: the odds of the next token, and the surprise of a text."""

from collections.abc import Sequence
from typing import Any

from tempera.bot.replies.languages import language_name
from tempera.bot.replies.markdown import bold, literal
from tempera.bot.replies.reply import DESCRIPTION_LIMIT
from tempera.bot.replies.translation.catalog import N_, catalog
from tempera.models.engine.questions import Odds
from tempera.models.engine.request import SampleRequest

HEADING_CHARACTERS = 60  # of the prompt's end
MOST_IN_WORDS = 3  # tokens for each temperature
PUNCTUATION = ".,;:!?…\"'“”‘’«»()—-"
ALMOST_ALL, LITTLE = 0.995, 0.01
MOST_SURPRISING = 3  # words that the description names
NO_PICTURE = N_("The picture could not be drawn; an admin can find the details in the log.")


def odds_picture(prompt: str, odds: Odds, temperatures: Sequence[float], chosen: float, locale: str) -> dict[str, Any]:
    """Return what to draw: the most likely tokens, and all others together."""
    columns = [
        (_at(temperature), [*shares, max(0.0, 1 - sum(shares))], temperature == chosen)
        for temperature, shares in zip(temperatures, odds.probabilities, strict=True)
    ]
    labels = [*odds.tokens, catalog(locale).text("others")]
    return {"kind": "odds", "heading": prompt[-HEADING_CHARACTERS:], "labels": labels, "columns": columns}


def odds_in_words(odds: Odds, temperatures: Sequence[float], locale: str) -> list[str]:
    """Return a line for each temperature with its most likely tokens."""
    return [
        f"{_at(temperature)}: {', '.join(_likely(token, share, locale) for token, share in likely)}"
        for temperature, shares in zip(temperatures, odds.probabilities, strict=True)
        if (likely := [pair for pair in zip(odds.tokens, shares, strict=True) if pair[1] > 0][:MOST_IN_WORDS])
    ]


def odds_message(
    sample: SampleRequest, lines: Sequence[str], language: str | None, locale: str, *, is_drawn: bool
) -> str:
    """Compose the message with a picture of the odds, or without one."""
    t = catalog(locale).text
    cut = "…" if len(sample.prompt) > HEADING_CHARACTERS else ""
    language_part = [language_name(language)] if language else []
    making = " · ".join([sample.model, *language_part, t("what comes next")])
    small_print = [f"-# {making}", *([] if is_drawn else [f"-# {t(NO_PICTURE)}"])]
    return "\n".join([bold(f"{cut}{sample.prompt[-HEADING_CHARACTERS:]}"), *map(literal, lines), *small_print])


def _at(temperature: float) -> str:
    return f"T {temperature:zg}"


def _likely(token: str, share: float, locale: str) -> str:
    t = catalog(locale).text
    names = {" ": t("space"), "\n": t("line break"), "\n\n": t("empty line")}
    shown = names.get(token) or t("“{token}”", token=token.strip() or token)
    if share > ALMOST_ALL:
        return t("{token} over 99%", token=shown)
    if share < LITTLE:
        return t("{token} under 1%", token=shown)
    return t("{token} {share:.0%}", token=shown, share=share)


def surprise_picture(pieces: Sequence[tuple[str, float]], locale: str) -> dict[str, Any]:
    """Return what to draw: the text's pieces with their surprise."""
    return {
        "kind": "surprise",
        "pieces": pieces,
        "caption": _mean(pieces, locale),
        "unit": catalog(locale).text("nats"),
    }


def surprise_in_words(pieces: Sequence[tuple[str, float]], locale: str) -> str:
    """Describe a picture of surprise: the mean, and the words that were the most unlikely."""
    t = catalog(locale).text
    words = sorted(_words(pieces), key=lambda word: -word[1])[:MOST_SURPRISING]
    listed = ", ".join(t("{word} ({nats:.1f})", word=word, nats=nats) for word, nats in words)
    said = t(
        "The text, each character colored by its surprise. {mean}. Most surprising: {words}.",
        mean=_mean(pieces, locale),
        words=listed,
    )
    return said[:DESCRIPTION_LIMIT]


def _mean(pieces: Sequence[tuple[str, float]], locale: str) -> str:
    characters = sum(len(piece) for piece, _ in pieces)
    mean = sum(nats for _, nats in pieces) / max(1, characters)
    return catalog(locale).text("Mean {mean:.2f} nats per character", mean=mean)


def _words(pieces: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return the words of a text, each with the surprise of all its characters."""
    found: list[tuple[str, float]] = [("", 0.0)]
    for piece, nats in pieces:
        if piece[:1].isspace():
            found.append(("", 0.0))
        word, sum_nats = found[-1]
        found[-1] = word + piece.strip(), sum_nats + nats
    return [(bare, nats) for word, nats in found if (bare := word.strip(PUNCTUATION))]
