"""One bot per database file: a lock that is released when the process ends, however it ends."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from tempera.storage.errors import DatabaseInUse, DatabaseUnusable
from tempera.storage.url import database_path


@contextmanager
def only_instance(url: str) -> Iterator[None]:
    """Lock the database for this process until the block ends; raises DatabaseInUse if another process holds it."""
    path = database_path(url).resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite's own locks work on every system, and a killed process leaves none behind.
        lock = sqlite3.connect(path.with_name(f"{path.name}.lock"), timeout=0, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseUnusable(url, str(error)) from error
    with closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise DatabaseInUse(url) from error
        yield
