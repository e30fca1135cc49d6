"""What errors of SQLite and of the system mean; codes: sqlite.org/rescode.html."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from tempera.storage.errors import (
    DatabaseDamaged,
    DatabaseGone,
    DatabaseReadOnly,
    DatabaseUnusable,
    DiskFailing,
    DiskFull,
    RowRefused,
    StorageBusy,
    StorageUnavailable,
)
from tempera.storage.url import database_url

Kind = type[StorageUnavailable]

KINDS: dict[int, Kind] = {
    sqlite3.SQLITE_BUSY: StorageBusy,
    sqlite3.SQLITE_LOCKED: StorageBusy,
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_READONLY: DatabaseReadOnly,
    sqlite3.SQLITE_PERM: DatabaseReadOnly,
    sqlite3.SQLITE_CANTOPEN: DatabaseReadOnly,
    sqlite3.SQLITE_IOERR: DiskFailing,
    sqlite3.SQLITE_CORRUPT: DatabaseDamaged,
    sqlite3.SQLITE_NOTADB: DatabaseDamaged,
    sqlite3.SQLITE_CONSTRAINT: RowRefused,
    sqlite3.SQLITE_MISMATCH: RowRefused,
    sqlite3.SQLITE_TOOBIG: RowRefused,
}
EXTENDED_KINDS: dict[int, Kind] = {sqlite3.SQLITE_READONLY_DBMOVED: DatabaseGone}
PRIMARY_CODE = 0xFF  # the rest of a code tells where exactly it happened
SYSTEM_KINDS: dict[int | None, Kind] = {
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EFBIG: DiskFull,
    errno.EACCES: DatabaseReadOnly,
    errno.EPERM: DatabaseReadOnly,
    errno.EROFS: DatabaseReadOnly,
    errno.EIO: DiskFailing,
}


def failure(error: BaseException) -> StorageUnavailable:
    """Return the error of this package for one of SQLite's."""
    return (_kind(error) or StorageUnavailable)(str(error))


def _kind(error: BaseException) -> Kind | None:
    if isinstance(error, OSError):
        return SYSTEM_KINDS.get(error.errno)
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return EXTENDED_KINDS.get(code) or KINDS.get(code & PRIMARY_CODE)


@contextmanager
def translated() -> Iterator[None]:
    """Raise SQLite's errors as StorageUnavailable."""
    try:
        yield
    except DBAPIError as error:
        raise failure(error.orig or error) from error
    except sqlite3.Error as error:
        raise failure(error) from error


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """Raise what keeps a database file from being opened, with its path; DatabaseUnusable for any other reason."""
    try:
        yield
    except DBAPIError as error:
        raise _of_file(path, error.orig or error) from error
    except (sqlite3.Error, OSError) as error:
        raise _of_file(path, error) from error


def _of_file(path: Path, error: BaseException) -> StorageUnavailable | DatabaseUnusable:
    name, reason = path, str(error)
    if isinstance(error, OSError):
        name, reason = Path(error.filename or path), error.strerror or reason
    kind = _kind(error)
    return kind(f"{name}: {reason}") if kind else DatabaseUnusable(database_url(path), reason)
