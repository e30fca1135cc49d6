"""What /models says: every voice in two lines, or one with its whole card."""

import math
from collections.abc import Iterable

import discord

from bot.config.settings import Models, Voice
from bot.replies.languages import language_names
from bot.replies.markdown import literal
from bot.replies.plural import counted
from models.card import ModelCard

DESCRIPTION_LIMIT = 4096  # of Discord, for an embed
ALPHABET_CHARACTERS = 300  # shown of a card, or of its words
SHOWN_TEMPERATURE = 0.8  # of its samples


def overview(cards: Iterable[ModelCard], models: Models) -> discord.Embed:
    """List the models with what they are, as many as fit."""
    shown = ""
    for card in cards:
        entry = _entry(card, models)
        if len(shown) + len(entry) > DESCRIPTION_LIMIT:
            break
        shown += entry
    embed = discord.Embed(title="Who writes here", description=shown.rstrip() or "There is no model yet.")
    return embed.set_footer(text="/models with a model shows its whole card")


def page(card: ModelCard, models: Models) -> discord.Embed:
    """Show what is known of one model."""
    embed = discord.Embed(title=_title(card, models), description=literal(card.description))
    shape, voice = card.architecture, models.voices.get(card.name, Voice())
    rows = {
        "Name": card.name,
        "Languages": language_names(card.languages),
        "Licence": literal(card.licence),
        "Network": f"{shape.layers} × {shape.cell.upper()} of {shape.hidden_size}, {card.parameters:,} parameters",
        "Learned from": _corpora(card),
        "On text that it never saw": _evaluations(card),
        f"At temperature {SHOWN_TEMPERATURE}": _sample(card),
        "When nobody says otherwise": _defaults(voice),
        "At most": f"temperature {voice.max_temperature:zg} and {counted(voice.max_length, 'character')}",
        f"Knows {counted(len(card.tokens or card.characters), card.unit)}": _alphabet(card),
    }
    for name, value in rows.items():
        if value:
            embed.add_field(name=name, value=value[:1024], inline=name in ("Name", "Languages", "Licence"))
    return embed


def _entry(card: ModelCard, models: Models) -> str:
    default = " · writes when none is named" if card.name == models.default else ""
    facts = f"{language_names(card.languages)} · {card.parameters:,} parameters · {literal(card.licence)}"
    return f"**{_title(card, models)}** `{card.name}`{default}\n{literal(card.description)}\n-# {facts}\n\n"


def _title(card: ModelCard, models: Models) -> str:
    return literal(models.voices.get(card.name, Voice()).title or card.title)


def _corpora(card: ModelCard) -> str:
    corpora = card.training.corpora if card.training else ()
    return "\n".join(f"{literal(corpus.title)}, {corpus.characters:,} characters" for corpus in corpora)


def _evaluations(card: ModelCard) -> str:
    """Say how sure of the next character a model is: exp(nats) is its perplexity."""
    return "\n".join(
        f"{literal(each.file)}: each next character is like one of {math.exp(each.stream_nats_per_character):.1f} "
        f"equally likely ones ({each.stream_nats_per_character:.3f} nats)"
        for each in card.evaluations
    )


def _sample(card: ModelCard) -> str:
    return next((literal(each.text.strip()) for each in card.samples if each.temperature == SHOWN_TEMPERATURE), "")


def _defaults(voice: Voice) -> str:
    """Say what a model has of its own instead of what holds for all."""
    temperature = [f"temperature {voice.temperature:zg}"] if voice.temperature is not None else []
    length = [counted(voice.length, "character")] if voice.length is not None else []
    return ", ".join(temperature + length)


def _alphabet(card: ModelCard) -> str:
    words = " ".join(word.strip() for word in card.tokens if word.strip())
    seen = "".join(filter(str.isprintable, words or card.characters))
    return literal(seen[:ALPHABET_CHARACTERS].strip()) + ("…" if len(seen) > ALPHABET_CHARACTERS else "")
