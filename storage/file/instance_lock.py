"""One bot per database file: a lock that is released when the process ends, however it ends."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from tempera.storage.errors import DatabaseInUse
from tempera.storage.failures import PRIMARY_CODE, opening
from tempera.storage.file.private import make_private_file, make_private_folder
from tempera.storage.file.writable import check_writable, lock_path
from tempera.storage.url import database_path


@contextmanager
def only_instance(url: str) -> Iterator[None]:
    """Lock the database for this process until the block ends; raises DatabaseInUse if another process holds it.

    Raises DatabaseReadOnly, DiskFull or DatabaseUnusable if no lock can be taken, or the database not be written.
    """
    path = database_path(url).resolve()
    check_writable(path)  # of a file that it can only read, SQLite takes no lock, and says nothing
    with opening(path):
        make_private_folder(path.parent)
        make_private_file(lock_path(path))
        # SQLite's own locks work on every system, and a killed process leaves none behind.
        lock = sqlite3.connect(lock_path(path), timeout=0, isolation_level=None)
    with closing(lock):
        with opening(lock_path(path)):
            _take(lock, url)
        yield


def _take(lock: sqlite3.Connection, url: str) -> None:
    try:
        lock.execute("PRAGMA journal_mode = MEMORY")  # no file beside it, which would need space
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY:
            raise
        raise DatabaseInUse(url) from error
