"""Numbers with their nouns, singular or plural."""

from tempera.bot.replies.translation.catalog import catalog


def texts(number: int, locale: str) -> str:
    """Return a number of texts, as in `2 texts`."""
    return catalog(locale).count(number, "{number:,} text", "{number:,} texts")


def presets(number: int, locale: str) -> str:
    """Return a number of presets, as in `2 presets`."""
    return catalog(locale).count(number, "{number:,} preset", "{number:,} presets")


def servers(number: int, locale: str) -> str:
    """Return a number of servers, as in `2 servers`."""
    return catalog(locale).count(number, "{number:,} server", "{number:,} servers")


def characters(number: int, locale: str) -> str:
    """Return a number of characters, as in `2 characters`."""
    return catalog(locale).count(number, "{number:,} character", "{number:,} characters")


def words(number: int, locale: str) -> str:
    """Return a number of words, as in `2 words`."""
    return catalog(locale).count(number, "{number:,} word", "{number:,} words")


def days(number: int, locale: str) -> str:
    """Return a number of days, as in `2 days`."""
    return catalog(locale).count(number, "{number:,} day", "{number:,} days")


def hours(number: int, locale: str) -> str:
    """Return a number of hours, as in `2 hours`."""
    return catalog(locale).count(number, "{number:,} hour", "{number:,} hours")


def seconds(number: int, locale: str) -> str:
    """Return a number of seconds, as in `2 seconds`."""
    return catalog(locale).count(number, "{number:,} second", "{number:,} seconds")
