"""Phrases shared by several messages."""

from tempera.bot.replies.markdown import literal, visible_form
from tempera.bot.replies.translation.catalog import N_, catalog
from tempera.models.tokenizers.characters import FittedText

NOT_KNOWN = N_("Not in this model's alphabet: {changes}"), N_("Not in this model's vocabulary: {changes}")
LISTED = 12  # models, presets or characters in one line


def listed(names: tuple[str, ...], none: str) -> str:
    """Return the first names, or `none` if there are none."""
    return ", ".join(map(literal, names[:LISTED])) or none


def not_valid(field: str, value: str, allowed: str, locale: str) -> str:
    """Say that a field's value isn't valid, and which values are."""
    values = {"field": field.capitalize(), "value": value, "allowed": allowed}
    return catalog(locale).text("{field}: {value} isn't valid; use {allowed}.", **values)


def prompt_changes(fitted: FittedText, locale: str) -> tuple[str, ...]:
    """Return a line about the prompt's characters or words that the model doesn't know, if any."""
    t = catalog(locale).text
    changes = [f"{_visible(old)} → {_visible(new)}" for old, new in fitted.replaced]
    changes += [t("{character} removed", character=visible_form(character)) for character in fitted.dropped]
    changes += [t("{word} unknown", word=_visible(word)) for word in fitted.unknown]
    more = [t("and {number} more", number=len(changes) - LISTED)] if len(changes) > LISTED else []
    listed = ", ".join(changes[:LISTED] + more)
    not_known = NOT_KNOWN[fitted.unit != "character"]
    return (t(not_known, changes=listed),) if changes else ()


def _visible(text: str) -> str:
    return "".join(map(visible_form, text))
