"""Replies of /models: all models, or one with its full card."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import discord

from tempera.bot.replies.languages import language_names
from tempera.bot.replies.markdown import literal
from tempera.bot.replies.params import param_name, param_value
from tempera.bot.replies.translation.catalog import catalog
from tempera.bot.replies.translation.plural import characters, words
from tempera.models.formats.card import ModelCard
from tempera.models.sampling_params import SPECS, PartialParams

DESCRIPTION_LIMIT = 4096  # of Discord, for an embed
FIELD_LIMIT = 1024  # of Discord, for a field's value
ALPHABET_CHARACTERS = 300  # of the alphabet or the words that are shown
SHOWN_TEMPERATURE = 0.8  # of the sample that is shown


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model with its settings in config.yaml."""

    card: ModelCard
    title: str
    is_default: bool
    defaults: PartialParams  # the model's own
    limits: PartialParams


def overview(models: Iterable[ModelView], locale: str) -> discord.Embed:
    """List the models with their descriptions, as many as fit."""
    t = catalog(locale).text
    shown = ""
    for model in models:
        entry = _entry(model, locale)
        if len(shown) + len(entry) > DESCRIPTION_LIMIT:
            break
        shown += entry
    embed = discord.Embed(title=t("Models"), description=shown.rstrip() or t("There are no models yet."))
    return embed.set_footer(text=t("Run /models with a model to see its full card."))


def page(model: ModelView, locale: str) -> discord.Embed:
    """Show one model's full card."""
    t, card = catalog(locale).text, model.card
    title, description = (literal(catalog(locale).name("card", each)) for each in (model.title, card.description))
    embed = discord.Embed(title=title, description=description)
    short = {t("Name"): card.name, t("Languages"): language_names(card.languages), t("Licence"): literal(card.licence)}
    long = {
        t("Network"): _network(card, locale),
        t("Trained on"): _corpora(card, locale),
        t("On text it has never seen"): _evaluations(card, locale),
        t("At temperature {temperature}", temperature=SHOWN_TEMPERATURE): _sample(card),
        t("Own defaults"): _params(model.defaults, locale),
        t("Limits"): _params(model.limits, locale),
        _vocabulary_size(card, locale): _vocabulary(card),
    }
    for name, value in {**short, **long}.items():
        if value:
            embed.add_field(name=name, value=value[:FIELD_LIMIT], inline=name in short)
    return embed


def _entry(model: ModelView, locale: str) -> str:
    t, card = catalog(locale).text, model.card
    is_default = [t("default")] if model.is_default else []
    parameters = t("{number:,} parameters", number=card.parameters)
    facts = f"{language_names(card.languages)} · {parameters} · {literal(card.licence)}"
    title, description = (literal(catalog(locale).name("card", each)) for each in (model.title, card.description))
    return f"**{title}** {' · '.join([f'`{card.name}`', *is_default])}\n{description}\n-# {facts}\n\n"


def _network(card: ModelCard, locale: str) -> str:
    shape = card.architecture
    cells = f"{shape.layers} × {shape.cell.upper()}"
    values = {"cells": cells, "units": shape.hidden_size, "number": card.parameters}
    return catalog(locale).text("{cells} with {units} units, {number:,} parameters", **values)


def _corpora(card: ModelCard, locale: str) -> str:
    corpora = card.training.corpora if card.training else ()
    return "\n".join(f"{literal(corpus.title)}, {characters(corpus.characters, locale)}" for corpus in corpora)


def _evaluations(card: ModelCard, locale: str) -> str:
    """Return a model's perplexity per text, exp(nats), as a number of equally likely characters."""
    t = catalog(locale).text
    return "\n".join(
        t(
            "{file}: as uncertain as a choice among {choices:.1f} equally likely characters ({nats:.3f} nats)",
            file=literal(each.file),
            choices=math.exp(nats),
            nats=nats,
        )
        for each in card.evaluations
        for nats in [each.stream_nats_per_character]
    )


def _sample(card: ModelCard) -> str:
    return next((literal(each.text.strip()) for each in card.samples if each.temperature == SHOWN_TEMPERATURE), "")


def _params(params: PartialParams, locale: str) -> str:
    return ", ".join(
        f"{param_name(SPECS[name], locale)} {param_value(SPECS[name], value, locale)}"
        for name, value in params.items()
        if value is not None
    )


def _vocabulary_size(card: ModelCard, locale: str) -> str:
    t = catalog(locale).text
    if card.unit == "word":
        return t("Knows {words}", words=words(len(card.tokens), locale))
    return t("Knows {characters}", characters=characters(len(card.characters), locale))


def _vocabulary(card: ModelCard) -> str:
    tokens = " ".join(word.strip() for word in card.tokens if word.strip())
    seen = "".join(filter(str.isprintable, tokens or card.characters))
    return literal(seen[:ALPHABET_CHARACTERS].strip()) + ("…" if len(seen) > ALPHABET_CHARACTERS else "")
