"""Phrases shared by several messages."""

from tempera.bot.replies.catalog import catalog
from tempera.bot.replies.markdown import literal

LISTED = 12  # models, presets or characters in one line


def listed(names: tuple[str, ...], none: str) -> str:
    """Return the first names, or `none` if there are none."""
    return ", ".join(map(literal, names[:LISTED])) or none


def not_valid(field: str, value: str, allowed: str, locale: str) -> str:
    """Say that a field's value isn't valid, and which values are."""
    values = {"field": field.capitalize(), "value": value, "allowed": allowed}
    return catalog(locale).text("{field}: {value} isn't valid; use {allowed}.", **values)
