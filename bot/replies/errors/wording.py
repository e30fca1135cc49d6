"""Phrases that several refusals share."""

from tempera.bot.replies.catalog import catalog
from tempera.bot.replies.markdown import literal

LISTED = 12  # models, presets or characters in one line


def listed(names: tuple[str, ...], none: str) -> str:
    """Return the first names, or what to say where there are none."""
    return ", ".join(map(literal, names[:LISTED])) or none


def not_valid(field: str, value: str, allowed: str, locale: str) -> str:
    """Say what a field takes instead of a value."""
    values = {"field": field.capitalize(), "value": value, "allowed": allowed}
    return catalog(locale).text("{field}: {value} isn't valid; use {allowed}.", **values)
