"""Copies of a database that are whole, or don't exist."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tempera.storage.errors import DiskFull
from tempera.storage.failures import opening
from tempera.storage.file.integrity import SMALL_CACHE, check_integrity
from tempera.storage.file.private import make_private_file
from tempera.storage.file.writable import NEEDED_BYTES, free_bytes

PAGES_PER_STEP = 1024
Progress = Callable[[int, int], None]  # pages copied, and pages in all; may raise to end the copying


def copy_file(source: Path, target: Path, progress: Progress | None = None) -> None:
    """Copy a database that others may be writing to, as `copy_database` does."""
    with opening(source), closing(sqlite3.connect(source, isolation_level=None)) as connection:
        connection.execute(SMALL_CACHE)
        connection.execute("BEGIN")
        copy_database(connection, target, progress)


def copy_database(source: sqlite3.Connection, target: Path, progress: Progress | None = None) -> None:
    """Copy what the connection's open transaction sees: written aside, checked, then renamed; writers aren't held up.

    Raises StorageUnavailable, such as DiskFull, and leaves nothing behind.
    """
    aside = target.with_name(f"{target.name}.part")
    with opening(target):
        _check_space(source, target)  # which begins to read: what others change from here on doesn't matter
        try:
            _copy(source, aside, progress)
            check_integrity(aside)
            _sync(aside)
            aside.replace(target)
            _sync(target.parent)
        finally:
            aside.unlink(missing_ok=True)


def _check_space(source: sqlite3.Connection, target: Path) -> None:
    """Raise DiskFull if the copy would leave too little for the database itself."""
    size = source.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()").fetchone()[0]
    if (free := free_bytes(target)) < size + NEEDED_BYTES:
        raise DiskFull(f"{target}: a copy needs {size / 1e6:,.1f} MB, and the disk has only {free / 1e6:,.1f} MB left")


def _copy(source: sqlite3.Connection, aside: Path, progress: Progress | None) -> None:
    aside.unlink(missing_ok=True)  # of a copy that was interrupted
    make_private_file(aside)
    with closing(sqlite3.connect(aside)) as copy:
        copy.execute(SMALL_CACHE)
        copy.execute("PRAGMA journal_mode = OFF")  # it isn't read before it is whole
        copy.execute("PRAGMA synchronous = OFF")

        def report(_status: int, remaining: int, total: int) -> None:
            if progress:
                progress(total - remaining, total)

        source.backup(copy, pages=PAGES_PER_STEP, progress=report)


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
