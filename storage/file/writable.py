"""What keeps a database file from being written, found without changing anything."""

import os
from pathlib import Path

from tempera.storage.errors import DatabaseReadOnly, DatabaseUnusable, DiskFull
from tempera.storage.failures import opening
from tempera.storage.file.private import BESIDE
from tempera.storage.url import database_url

NEEDED_BYTES = 1_000_000  # with less, SQLite can't be relied on to write anything
SCARCE_BYTES = 100_000_000  # with less, it is time to make room
EFFECTIVE = os.access in os.supports_effective_ids


def lock_path(path: Path) -> Path:
    """Return the path of the file whose lock keeps a second bot away."""
    return path.with_name(f"{path.name}.lock")


def check_writable(path: Path) -> None:
    """Raise DatabaseReadOnly, DiskFull or DatabaseUnusable if the database can't be written or created."""
    with opening(path):
        for file in (*(path.with_name(path.name + suffix) for suffix in BESIDE), lock_path(path)):
            if file.exists():
                _check_file(file)
        folder = existing_folder(path)
        if not folder.is_dir():
            raise DatabaseUnusable(database_url(path), f"{folder} is not a folder")
        _check_access(folder, os.W_OK | os.X_OK)
    if (free := free_bytes(path)) < NEEDED_BYTES:
        raise DiskFull(f"{folder}: the disk has only {free / 1000:,.0f} kB left")


def _check_file(file: Path) -> None:
    if not file.is_file():
        raise DatabaseUnusable(database_url(file), "it is not an ordinary file")
    _check_access(file, os.W_OK)


def _check_access(path: Path, mode: int) -> None:
    """Raise DatabaseReadOnly with the reason if this process may not do that."""
    if os.access(path, mode, effective_ids=EFFECTIVE):
        return
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        raise DatabaseReadOnly(f"{path}: it is on a read-only file system")
    raise DatabaseReadOnly(f"{path}: its permissions don't let this user (id {os.geteuid()}) write to it")


def existing_folder(path: Path) -> Path:
    """Return the folder of a file, or the closest one above that exists; raises OSError."""
    return next(folder for folder in path.parents if folder.exists())


def free_bytes(path: Path) -> int:
    """Return how much can be written where a file is, or is going to be; raises OSError."""
    found = os.statvfs(existing_folder(path))
    return found.f_frsize * (found.f_bavail if os.geteuid() else found.f_bfree)  # a part is reserved for root
