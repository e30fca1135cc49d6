"""Inspect a database file without changing it."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from tempera.storage.errors import DatabaseUnusable
from tempera.storage.migrate import checked_revision
from tempera.storage.url import database_path, file_url


@dataclass(frozen=True, slots=True)
class DatabaseFile:
    """A database file, and what starting the bot would do to it."""

    path: Path
    exists: bool
    needs_upgrade: bool


def inspect_database(url: str) -> DatabaseFile:
    """Return what starting the bot would find; raises DatabaseUnusable."""
    path = database_path(url)
    if not path.exists():
        return DatabaseFile(path, exists=False, needs_upgrade=False)
    read_only = file_url(path).set(database=path.as_uri(), query={"mode": "ro", "uri": "true"})
    scripts = ScriptDirectory(str(files("tempera.storage") / "migrations"))
    try:
        with create_engine(read_only, poolclass=NullPool).connect() as connection:
            revision = checked_revision(connection, scripts)
    except DBAPIError as error:
        raise DatabaseUnusable(url, str(error.orig)) from error
    return DatabaseFile(path, exists=True, needs_upgrade=revision != scripts.get_current_head())
