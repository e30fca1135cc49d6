"""Check settings, models, decoder and database without starting the bot or changing anything."""

from pathlib import Path

from tempera.bot.config.loader import load_settings
from tempera.bot.replies.errors.startup import check_report
from tempera.models.engine.variants import description, installed_variant
from tempera.models.errors import BadCheckpoint
from tempera.models.formats.card import ModelCard
from tempera.models.library import Library
from tempera.storage.inspect import inspect_database


def check(config: Path) -> str:
    """Return a short report; raises what would keep `python -m bot` from starting, apart from Discord."""
    settings = load_settings(config)
    library = Library(settings.models.folder)
    library.card(settings.models.default)
    variant, slow_reason = installed_variant()
    decoder = description(variant, slow_reason, settings.models.threads)
    database = inspect_database(settings.storage.url)
    return check_report(config, settings.hints, *_cards(library), decoder, database, is_slow=slow_reason is not None)


def _cards(library: Library) -> tuple[list[ModelCard], list[BadCheckpoint]]:
    """Return the cards of all models, and the errors of damaged ones, without which the bot can start."""
    cards, damaged = [], []
    for name in library.names():
        try:
            cards.append(library.card(name))
        except BadCheckpoint as error:
            damaged.append(error)
    return cards, damaged
