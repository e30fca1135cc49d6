"""Whether the database holds every text that was shown."""

from collections.abc import Iterable
from pathlib import Path

from benchmarks.load.presses import Outcome, Press
from tempera.bot.config.loader import load_settings
from tempera.sandbox.state.interactions import StoredMessage
from tempera.storage.database import Database, open_database
from tempera.storage.texts.history import Status, find_generation


async def missing_rows(config: Path, pressed: Iterable[Press]) -> int:
    """Return how many of the texts shown have no row that ended well."""
    shown = [each.message for each in pressed if each.outcome is Outcome.TEXT and each.message]
    async with open_database(load_settings(config).storage.url) as database:
        return sum([not await is_stored(database, message) for message in shown])


async def is_stored(database: Database, message: StoredMessage) -> bool:
    """Return whether the row that a message's buttons name is complete."""
    number = int((message.buttons[-1].custom_id or "").split(":")[1])
    row = await find_generation(database, number)
    return row is not None and row.status is Status.DONE and len(row.text) > 0
