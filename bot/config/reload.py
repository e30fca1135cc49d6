"""Read config.yaml again while the bot runs: all of it or nothing of it, and every difference named."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.config.loader import load_settings
from bot.config.settings import Models, Settings
from models.library import Library

Values = dict[tuple[str, ...], object]


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting that the file names with another value than before."""

    place: tuple[str, ...]
    before: object  # None = not there
    after: object
    at_the_next_start: bool


async def reloaded(settings: Settings) -> tuple[Settings, list[Difference]]:
    """Return the file's settings, and what they change; raises SettingsInvalid, BadCheckpoint."""
    if settings.path is None:
        return settings, []
    loaded = await asyncio.to_thread(load_settings, settings.path)
    Library(loaded.models.folder).card(loaded.models.default)
    # What was opened with these settings stays open until the next start; so do the models of another folder.
    kept = {
        "queue": settings.queue,
        "logging": settings.logging,
        "storage": loaded.storage.model_copy(update={"url": settings.storage.url}),
        "models": _models(loaded.models, settings.models),
    }
    running = loaded.model_copy(update=kept).overridden(**settings.overrides)
    return running, list(_differences(*map(_flat, (settings.in_file, loaded.in_file, running.model_dump()))))


def _models(loaded: Models, current: Models) -> Models:
    if loaded.folder != current.folder:
        return current
    return loaded.model_copy(update={"memory_mb": current.memory_mb, "threads": current.threads})


def _differences(before: Values, after: Values, running: Values) -> Iterator[Difference]:
    """Yield what the file says otherwise than before; what does not hold at once waits for the next start."""
    for place in {**after, **before}:
        old, new = before.get(place), after.get(place)
        if old != new:
            yield Difference(place, old, new, at_the_next_start=running.get(place) != new)


def _flat(settings: Mapping[str, Any], place: tuple[str, ...] = ()) -> Values:
    """Return every single value by where it stands."""
    values: Values = {}
    for key, value in settings.items():
        values |= _flat(value, (*place, key)) if isinstance(value, Mapping) else {(*place, key): value}
    return values
