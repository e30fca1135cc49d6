"""Inspect a database file without changing it."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine

from tempera.storage.failures import opening
from tempera.storage.file.integrity import check_integrity, read_only
from tempera.storage.file.writable import SCARCE_BYTES, check_writable, free_bytes
from tempera.storage.migrate import checked_revision
from tempera.storage.url import database_path, file_url

CHECK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class DatabaseFile:
    """A database file, and what starting the bot would do to it."""

    path: Path
    exists: bool
    needs_upgrade: bool
    is_checked: bool  # as a whole; a huge file takes too long
    free_bytes: int  # on its disk

    @property
    def is_space_scarce(self) -> bool:
        """Whether it is time to make room on the disk."""
        return self.free_bytes < SCARCE_BYTES


def inspect_database(url: str, seconds: float | None = CHECK_SECONDS) -> DatabaseFile:
    """Return what starting the bot would find; raises DatabaseUnusable or StorageUnavailable."""
    path = database_path(url)
    check_writable(path)
    exists, needs_upgrade, is_checked = path.exists(), False, True
    if exists and path.with_name(f"{path.name}-journal").exists():
        is_checked = False  # of a first start that was killed: SQLite has to write before it can read
    elif exists:
        is_checked = check_integrity(path, seconds)
        needs_upgrade = revision_of(path) != _scripts().get_current_head()
    return DatabaseFile(path, exists, needs_upgrade, is_checked, free_bytes(path))


def revision_of(path: Path) -> str | None:
    """Return a database's revision, None for an empty one; raises DatabaseUnusable if it can't be upgraded."""
    engine = create_engine(file_url(path), creator=lambda: read_only(path), poolclass=NullPool)
    with opening(path), engine.connect() as connection:
        return checked_revision(connection, _scripts())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(files("tempera.storage") / "migrations"))
