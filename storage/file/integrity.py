"""Whether a database file is intact."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Timer

from tempera.storage.errors import DatabaseDamaged
from tempera.storage.failures import opening

SMALL_CACHE = "PRAGMA cache_size = -256"  # KiB: every page is read once; the default would take 2 MiB


def check_integrity(path: Path, seconds: float | None = None) -> bool:
    """Raise DatabaseDamaged if the file is; return whether all of it could be checked in this time. Changes nothing."""
    with opening(path), closing(read_only(path)) as connection:
        return check_connection(connection, path, seconds)


def check_connection(connection: sqlite3.Connection, path: Path, seconds: float | None) -> bool:
    """Do the same through an open connection, which any thread may interrupt."""
    with _interrupted_after(seconds, connection):
        try:
            connection.execute(SMALL_CACHE)
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return False
    if found != "ok":
        raise DatabaseDamaged(f"{path}: the file is damaged: {' '.join(found.split())}")
    return True


def read_only(path: Path) -> sqlite3.Connection:
    """Open a file only to read it; raises sqlite3.Error."""
    # Without a write-ahead log nobody else has the file open, and SQLite would leave an empty log behind.
    is_open = path.with_name(f"{path.name}-wal").exists()
    how = "mode=ro" if is_open else "mode=ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, check_same_thread=False)


@contextmanager
def _interrupted_after(seconds: float | None, connection: sqlite3.Connection) -> Iterator[None]:
    if seconds is None:
        yield
        return
    timer = Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
