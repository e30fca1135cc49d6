"""Reload config.yaml while the bot runs, completely or not at all, and list every difference."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tempera.bot.config.loader import load_settings
from tempera.bot.config.settings import Models, Settings
from tempera.bot.replies.admin import Difference
from tempera.models.library import Library

Values = dict[tuple[str, ...], object]


async def reloaded(settings: Settings) -> tuple[Settings, list[Difference]]:
    """Return the new settings and how they differ; raises SettingsInvalid, BadCheckpoint."""
    if settings.path is None:
        return settings, []
    loaded = await asyncio.to_thread(_load, settings.path)
    # What was opened with these settings stays open until the next start, including the models folder.
    kept = {
        "queue": settings.queue,
        "logging": settings.logging,
        "monitoring": settings.monitoring,
        "storage": loaded.storage.model_copy(update={"url": settings.storage.url}),
        "models": _models(loaded.models, settings.models),
    }
    running = loaded.model_copy(update=kept).replacing(**settings.replaced)
    return running, list(_differences(*map(_flat, (settings.in_file, loaded.in_file, running.model_dump()))))


def _load(path: Path) -> Settings:
    loaded = load_settings(path)
    Library(loaded.models.folder).card(loaded.models.default)
    return loaded


def _models(loaded: Models, current: Models) -> Models:
    if loaded.folder != current.folder:
        return current
    return loaded.model_copy(update={"memory_mb": current.memory_mb, "threads": current.threads})


def _differences(before: Values, after: Values, running: Values) -> Iterator[Difference]:
    """Yield the differences in the file, and whether each applies only at the next start."""
    for key in {**after, **before}:
        old, new = before.get(key), after.get(key)
        if old != new:
            yield Difference(key, old, new, at_next_start=running.get(key) != new)


def _flat(settings: Mapping[str, Any], path: tuple[str, ...] = ()) -> Values:
    """Return every value by its path."""
    values: Values = {}
    for key, value in settings.items():
        values |= _flat(value, (*path, key)) if isinstance(value, Mapping) else {(*path, key): value}
    return values
