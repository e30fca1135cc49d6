"""The open database: short transactions, by one writer and one reader."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import TypeVar

from tempera.storage.connection import Connection, open_connection
from tempera.storage.errors import DatabaseDamaged, DatabaseUnusable, StorageUnavailable
from tempera.storage.failures import opening
from tempera.storage.file.integrity import check_connection
from tempera.storage.file.word_index import prepare_word_index
from tempera.storage.file.writable import SCARCE_BYTES, check_writable, free_bytes
from tempera.storage.migrate import migrate
from tempera.storage.remedies import remedy
from tempera.storage.transaction import Work
from tempera.storage.url import database_path

PATIENCE_SECONDS = 1.2  # for each of two operations within Discord's deadline of 3 seconds
CHECK_SECONDS = 10.0  # at the start; of a file that takes longer, the rest is checked with the next backup
ROWS_AT_ONCE = 200  # in one transaction of many, so that nobody waits long for the next one
T = TypeVar("T")

log = logging.getLogger(__name__)


class Database:
    """Runs transactions; each is a function of a session that runs whole in the database's thread.

    It returns plain values: a result that isn't read to its end keeps its transaction, and so the log, from ending.
    """

    def __init__(self, path: Path, writer: Connection, reader: Connection) -> None:
        self.path = path
        self._writer, self._reader = writer, reader
        self.trouble: StorageUnavailable | None = None  # why nothing is written any more

    @property
    def calls(self) -> int:
        """How many calls into the database's threads there have been."""
        return self._writer.calls + self._reader.calls

    async def read(self, work: Work[T], patience_seconds: float | None = PATIENCE_SECONDS) -> T:
        """Return what the work reads; raises StorageUnavailable."""
        with self._watching_for_damage():
            return await self._reader.run(work, patience_seconds)

    async def write(self, work: Work[T], patience_seconds: float | None = PATIENCE_SECONDS) -> T:
        """Return the work's result once it is committed; raises StorageUnavailable, and nothing was stored then."""
        if self.trouble:
            raise self.trouble
        with self._watching_for_damage():
            return await self._writer.run(work, patience_seconds)

    async def truncate_log(self) -> bool:
        """Empty the write-ahead log; return False while others read it. Raises StorageUnavailable."""
        if self.trouble:
            raise self.trouble
        with self._watching_for_damage():
            return await self._writer.truncate_log()

    def stop_writing(self, trouble: StorageUnavailable) -> None:
        """Refuse all further writes, for this reason."""
        if self.trouble is None:
            self.trouble = trouble
            log.error("Nothing is written to %s any more: %s. %s", self.path, trouble, remedy(trouble))

    @contextmanager
    def _watching_for_damage(self) -> Iterator[None]:
        try:
            yield
        except DatabaseDamaged as error:
            self.stop_writing(error)
            raise


@asynccontextmanager
async def open_database(url: str, *, has_fts5: bool | None = None) -> AsyncIterator[Database]:
    """Check and upgrade the database, and open it until the block ends.

    has_fts5: whether SQLite can index words; None: it is asked.
    Raises DatabaseUnusable, StorageUnavailable such as DatabaseDamaged, or MigrationFailed.
    """
    path = database_path(url)
    if not path.is_absolute():
        raise DatabaseUnusable(url, "an absolute path to a file is needed")
    path = path.resolve()  # SQLite's other files are beside the file that a link names
    await asyncio.to_thread(_prepare, path, has_fts5)
    async with open_connection(path, begin="BEGIN IMMEDIATE") as writer, open_connection(path, begin="BEGIN") as reader:
        yield Database(path, writer, reader)


def _prepare(path: Path, has_fts5: bool | None) -> None:
    check_writable(path)
    if path.exists():
        _check(path)
    migrate(path)
    with opening(path):
        prepare_word_index(path, is_available=has_fts5)
    if (free := free_bytes(path)) < SCARCE_BYTES:
        log.warning("The disk of %s has only %.0f MB left: make room soon", path, free / 1e6)


def _check(path: Path) -> None:
    """Raise DatabaseDamaged if the file is; what a killed process left unfinished is finished first."""
    with opening(path), closing(sqlite3.connect(path, check_same_thread=False)) as connection:
        if not check_connection(connection, path, CHECK_SECONDS):
            log.info("%s is large: %g seconds were not enough to check all of it", path, CHECK_SECONDS)
