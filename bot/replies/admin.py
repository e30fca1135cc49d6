"""Replies of /admin: what a reload changed, and the bot's status."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tempera.bot.replies.markdown import literal
from tempera.bot.replies.reply import fitting
from tempera.bot.replies.translation.catalog import catalog
from tempera.bot.replies.translation.plural import servers, texts
from tempera.bot.replies.wording import LISTED
from tempera.storage.errors import StorageUnavailable
from tempera.storage.remedies import remedy
from tempera.storage.status import DatabaseStatus

BYTES_PER_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting whose value in the file has changed."""

    key: tuple[str, ...]
    before: object  # None: there is none
    after: object
    at_next_start: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BotStatus:
    """The bot's status."""

    running: int  # texts
    max_running: int
    waiting: int
    max_waiting: int
    characters_per_second: float
    decoding: str  # which implementation decodes
    models: tuple[str, ...]
    default_model: str
    memory_bytes: dict[str, int | None]  # by process; None: unknown
    latency_seconds: float
    servers: int
    database: DatabaseStatus | None  # None: it can't be read
    faults: Mapping[str, int]  # since the start, by kind
    decoder_restarts: int
    unsaved_texts: int  # in memory, until the database takes them
    database_trouble: StorageUnavailable | None  # why it can't be used


def changes(differences: Sequence[Difference], hints: Iterable[str], locale: str) -> str:
    """Say what a reload changed, and which keys are retired."""
    t = catalog(locale).text
    first = t("Reloaded config.yaml. Changes:") if differences else t("Reloaded config.yaml. Nothing has changed.")
    return _fitting([first, *(literal(change(each, locale)) for each in differences), *map(literal, hints)], locale)


def change(difference: Difference, locale: str) -> str:
    """Say how one setting has changed, as plain text."""
    t = catalog(locale).text
    before, after = (_shown(value, locale) for value in (difference.before, difference.after))
    changed = f"{' › '.join(difference.key)}: {before} → {after}"
    return t("{changed} (at the next start)", changed=changed) if difference.at_next_start else changed


def refusal(problems: Iterable[str], locale: str) -> str:
    """Say why the file was rejected."""
    first = catalog(locale).text("config.yaml has errors, so nothing was changed:")
    return _fitting([first, *map(literal, problems)], locale)


def _fitting(lines: list[str], locale: str) -> str:
    return fitting(lines, lambda _: catalog(locale).text("… and more; the log has all of it."))


def status(bot: BotStatus, locale: str) -> str:
    """Show the state of queue, decoder, models, memory, connection and database."""
    t = catalog(locale).text
    speed = t("{number:,.0f} characters/s", number=bot.characters_per_second)
    rows = {
        t("Writing"): f"{_of(bot.running, bot.max_running, locale)}, {speed}",
        t("Waiting"): _of(bot.waiting, bot.max_waiting, locale),
        t("Decoding"): literal(bot.decoding),
        t("Models"): _models(bot, locale),
        t("Memory"): _memory(bot.memory_bytes, locale),
        "Discord": f"{_latency(bot.latency_seconds, locale)}, {servers(bot.servers, locale)}",
        t("Database"): _database(bot, locale),
        t("Faults since the start"): _faults(bot, locale),
    }
    return "\n".join(f"**{name}** {shown}" for name, shown in rows.items())


def _faults(bot: BotStatus, locale: str) -> str:
    t = catalog(locale).text
    restarts = {t("decoder restarted"): bot.decoder_restarts} if bot.decoder_restarts else {}
    counted = [
        t("{kind} × {number:,}", kind=kind, number=number) for kind, number in {**bot.faults, **restarts}.items()
    ]
    return literal(", ".join(counted)) or t("none")


def _database(bot: BotStatus, locale: str) -> str:
    t = catalog(locale).text
    size = t("can't be read")
    if bot.database:
        megabytes = t("{size:,.1f} MB", size=bot.database.bytes / BYTES_PER_MB)
        size = f"{megabytes}, {texts(bot.database.generations, locale)}"
    if bot.unsaved_texts:
        size = t("{size}, {texts} not stored yet", size=size, texts=texts(bot.unsaved_texts, locale))
    if bot.database_trouble is None:
        return size
    reason = literal(f"{bot.database_trouble}. {remedy(bot.database_trouble)}")
    return t("{size}. Out of order: {reason}", size=size, reason=reason)


def _of(number: int, maximum: int, locale: str) -> str:
    return catalog(locale).text("{number} of {maximum}", number=number, maximum=maximum)


def _models(bot: BotStatus, locale: str) -> str:
    t, left = catalog(locale).text, len(bot.models) - LISTED
    more = [t("and {number} more", number=left)] if left > 0 else []
    default = t("default: {model}", model=bot.default_model)
    return f"{', '.join([*bot.models[:LISTED], *more])}; {default}"


def _memory(processes: dict[str, int | None], locale: str) -> str:
    t = catalog(locale).text
    sizes = {
        name: t("unknown") if size is None else t("{size:,.0f} MB", size=size / BYTES_PER_MB)
        for name, size in processes.items()
    }
    return ", ".join(f"{name} {size}" for name, size in sizes.items())


def _latency(seconds: float, locale: str) -> str:
    t = catalog(locale).text
    if not math.isfinite(seconds):
        return t("latency not measured yet")
    return t("latency {milliseconds:,.0f} ms", milliseconds=seconds * 1000)


def _shown(value: object, locale: str) -> str:
    none = catalog(locale).text("none")
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or none
    return none if value is None else str(value)
