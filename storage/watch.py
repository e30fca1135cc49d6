"""Notices while the bot runs that its database file was deleted, replaced or damaged, and stops writing to it."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy import text
from sqlalchemy.orm import Session

from tempera.storage.database import Database
from tempera.storage.errors import DatabaseDamaged, DatabaseGone, StorageUnavailable
from tempera.storage.file.copying import copy_database
from tempera.storage.file.integrity import check_integrity

PAUSE_SECONDS = 20.0
CHECK_SECONDS = 0.1  # of a pause: small databases are checked whole, large ones with their backups
TOGETHER = ("", "-wal", "-shm")  # the files that an open database consists of

Identity = tuple[int, int]  # device and inode

log = logging.getLogger(__name__)


@asynccontextmanager
async def watched(database: Database, pause_seconds: float = PAUSE_SECONDS) -> AsyncIterator[None]:
    """Look at the file of an open database time and again until the block ends."""
    await database.read(lambda session: session.scalars(text("SELECT 1 FROM sqlite_schema")).all())  # opens the log
    path = database.path
    files = {file: identity(file) for file in (path.with_name(path.name + suffix) for suffix in TOGETHER)}
    watching = asyncio.create_task(_watch(database, path, files, pause_seconds))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait({watching})
        await _look(database, path, files)  # what happened just before the end


async def _watch(database: Database, path: Path, files: Mapping[Path, Identity | None], pause_seconds: float) -> None:
    while not database.trouble:
        await _look(database, path, files)
        await asyncio.sleep(pause_seconds)


async def _look(database: Database, path: Path, files: Mapping[Path, Identity | None]) -> None:
    """Stop writing to a file that is gone or damaged, and rescue what was in one that is gone."""
    if database.trouble:
        return
    try:
        await asyncio.to_thread(look, path, files)
    except (DatabaseGone, DatabaseDamaged) as error:
        database.stop_writing(error)
    except StorageUnavailable as error:
        log.warning("The database could not be checked: %s", error)
    if isinstance(database.trouble, DatabaseGone):
        await _rescue(database, path)


def look(path: Path, files: Mapping[Path, Identity | None]) -> None:
    """Raise DatabaseGone or DatabaseDamaged."""
    _check_present(files)
    try:
        check_integrity(path, CHECK_SECONDS)
    except StorageUnavailable:
        _check_present(files)  # what goes meanwhile looks like damage
        raise


def _check_present(files: Mapping[Path, Identity | None]) -> None:
    """Raise DatabaseGone unless all files are those that were opened."""
    for file, opened in files.items():
        if (found := identity(file)) != opened:
            raise DatabaseGone(f"{file} was {'replaced' if found else 'deleted'} while Tempera was using it")


def identity(file: Path) -> Identity | None:
    """Return what tells a file from another one with its name; None without one."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


async def _rescue(database: Database, path: Path) -> None:
    """Copy what is still open, though it no longer has a name."""
    target = path.with_name(f"{path.name}.rescued-{datetime.now(UTC):%Y%m%d-%H%M%S}")

    def rescue(session: Session) -> None:
        connection = session.connection().connection.dbapi_connection
        copy_database(cast("sqlite3.Connection", connection), target)

    try:
        await database.read(rescue, patience_seconds=None)
    except StorageUnavailable as error:
        log.error("What was stored until now could not be rescued: %s", error)
    else:
        log.error("Everything that was stored until now is in %s; python -m storage restore %s", target, target)
