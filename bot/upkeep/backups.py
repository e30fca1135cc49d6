"""Back the database up at the configured interval, while it is in use."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

from tempera.bot.resources import Resources
from tempera.bot.running.background import in_background
from tempera.storage.errors import DatabaseDamaged, StorageError
from tempera.storage.file.backups import back_up, drop_old_backups, is_backup_due
from tempera.storage.remedies import remedy

LOOK_SECONDS = 60.0  # the first look comes after the start is over
RETRY_SECONDS = 60 * 60.0

log = logging.getLogger(__name__)


class _Stopping(Exception):
    """The bot stops: a backup that isn't finished is dropped."""


@asynccontextmanager
async def keeping_backups(resources: Resources, look_seconds: float = LOOK_SECONDS) -> AsyncIterator[None]:
    """Until the block ends, make a backup whenever the last one is too old, and delete the oldest ones."""
    async with in_background(_keep_backups(resources, look_seconds)):
        yield


async def _keep_backups(resources: Resources, look_seconds: float) -> None:
    while True:
        await asyncio.sleep(look_seconds)
        settings, database = resources.settings.storage, resources.database
        interval = timedelta(hours=settings.backup_interval_hours)
        if not interval or database.trouble or not await asyncio.to_thread(is_backup_due, database.path, interval):
            continue
        try:
            await _back_up(database.path, settings.backups_kept)
        except StorageError as error:
            log.error("No backup was made: %s. %s", error, remedy(error))
            if isinstance(error, DatabaseDamaged):
                database.stop_writing(error)
            await asyncio.sleep(RETRY_SECONDS)


async def _back_up(path: Path, kept: int) -> None:
    stopping = Event()

    def progress(_copied: int, _total: int) -> None:
        if stopping.is_set():
            raise _Stopping

    def work() -> None:
        log.info("Made the backup %s", back_up(path, progress))
        drop_old_backups(path, kept)

    try:
        await asyncio.to_thread(work)
    finally:
        stopping.set()
