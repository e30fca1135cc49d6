"""Replies of /history: a page of a person's texts, one of them, and the files of an export."""

from dataclasses import replace

from discord.utils import format_dt

from tempera.bot.replies.answer import WRITING, ShownText, finished
from tempera.bot.replies.markdown import bold, literal
from tempera.bot.replies.reply import Reply
from tempera.bot.replies.translation.catalog import N_, catalog
from tempera.storage.texts.history import Generation, Status
from tempera.storage.texts.own_texts import OwnText, OwnTexts

SHOWN_CHARACTERS = 90  # of a text in a list; escapes may double them
PROMPT_CHARACTERS = 40  # of them, for the prompt
LABELS = {"newer": N_("Newer"), "older": N_("Older")}


def listing(page: OwnTexts, words: str, locale: str) -> str:
    """List texts, newest first."""
    t = catalog(locale).text
    if not page.texts:
        nothing = t("None of your texts contain these words: {words}", words=literal(words)) if words else None
        return nothing or t("You have no texts yet. Write one with /generate.")
    heading = t("Your texts with “{words}”", words=literal(words)) if words else t("Your texts")
    hint = t("Read one with /history show, or write it again with /history replay.")
    return "\n".join([f"**{heading}**", *(_line(each, locale) for each in page.texts), f"-# {hint}"])


def _line(text: OwnText, locale: str) -> str:
    begun = [catalog(locale).text(WRITING)] if text.status is Status.RUNNING else []
    facts = [format_dt(text.created_at, "R"), literal(text.model), f"T {text.params.get('temperature', 0):zg}", *begun]
    prompt = _shortened(text.prompt, PROMPT_CHARACTERS)
    rest = _shortened(text.text, SHOWN_CHARACTERS - len(prompt))
    return f"`#{text.id}` {' · '.join(facts)}\n> {bold(prompt)}{literal(rest)}"


def _shortened(text: str, characters: int) -> str:
    line = " ".join(text.split())
    kept = text[:1].isspace() * " " + line
    return kept if len(kept) <= characters else f"{kept[: characters - 1]}…"


def choice(text: OwnText) -> str:
    """Name a text where its number is typed."""
    return f"#{text.id} · {text.model} · {' '.join((text.prompt + text.text).split())}"


def shown(text: ShownText, generation: Generation, locale: str) -> Reply:
    """Show one text, whole or as a file, without buttons."""
    written = catalog(locale).text(
        "#{number}, written {time}", number=generation.id, time=format_dt(generation.created_at, "f")
    )
    view = replace(text.view, note=written, max_temperature=text.view.request.params.temperature)  # no advice to click
    return replace(finished(view, text.text, text.ending), buttons=())


def retrained(model: str, locale: str) -> str:
    """Say that a text may come out otherwise."""
    return catalog(locale).text(
        "{model} has changed since this text was first written, so it may come out differently.", model=literal(model)
    )


def exported(number: int, locale: str) -> str:
    """Introduce a file of an export, counted from 1."""
    t = catalog(locale).text
    return t("Your texts, as JSON:") if number == 1 else t("Part {number} of your texts:", number=number)


def none_to_export(locale: str) -> str:
    """Say that there is nothing to export."""
    return catalog(locale).text("You have no texts yet. Write one with /generate.")
