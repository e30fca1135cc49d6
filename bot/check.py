"""Look over settings, models, decoder and database without starting the bot or changing anything."""

from pathlib import Path

from bot.config.loader import load_settings
from models.card import ModelCard
from models.engine.variants import description, installed_variant
from models.errors import BadCheckpoint
from models.library import Library
from storage.inspect import inspect_database


def check(config: Path) -> str:
    """Return a short summary; raises what would stop `python -m bot`, other than Discord."""
    settings = load_settings(config)
    library = Library(settings.models.folder)
    library.card(settings.models.default)
    cards, faults = _cards(library)
    variant, slow_reason = installed_variant()
    return "\n".join(
        (
            f"settings: {config.absolute()}",
            *(f"hint: {hint}" for hint in settings.hints),
            *(f"model: {card.name}, {card.parameters:,} parameters" for card in cards),
            *(f"damaged model: {fault}" for fault in faults),
            f"decoder: {description(variant, slow_reason, settings.models.threads)}",
            f"database: {_database(settings.storage.url)}",
            _verdict(damaged=bool(faults), slow=slow_reason is not None),
        )
    )


def _verdict(*, damaged: bool, slow: bool) -> str:
    if damaged:
        return "The bot can start, without the damaged models."
    return "The bot can start, but it will write slowly." if slow else "All is well."


def _cards(library: Library) -> tuple[list[ModelCard], list[BadCheckpoint]]:
    """Return the cards of all models, and the faults of those that the bot would start without."""
    cards, faults = [], []
    for name in library.names():
        try:
            cards.append(library.card(name))
        except BadCheckpoint as fault:
            faults.append(fault)
    return cards, faults


def _database(url: str) -> str:
    """Say where the database is and what a start would do to it; it is only read."""
    found = inspect_database(url)
    if not found.exists:
        return f"{found.path}, made at the first start"
    return f"{found.path}{', upgraded at the next start' if found.needs_upgrade else ''}"
