"""Upgrade a database file to the newest schema, completely or not at all, and never without a backup."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, inspect

from tempera.storage.errors import DatabaseTooNew, DatabaseUnusable, MigrationFailed
from tempera.storage.failures import opening
from tempera.storage.file.copying import copy_file
from tempera.storage.file.private import make_private_file, make_private_folder
from tempera.storage.url import file_url

SCRIPTS = "tempera.storage:migrations"  # Alembic's way to name a folder inside a package
KEPT_BACKUPS = 3

log = logging.getLogger(__name__)
alembic_in_use = Lock()  # Alembic's `op` and `context` exist once per process


def migrate(path: Path, scripts: str = SCRIPTS) -> None:
    """Upgrade or create the file; raises DatabaseUnusable, StorageUnavailable or MigrationFailed: it is unchanged."""
    with opening(path):
        make_private_folder(path.parent)
        make_private_file(path)
        with alembic_in_use:
            with migration_engine(file_url(path)).begin() as connection:
                upgrade(connection, path, scripts)
            use_write_ahead_log(path)


def migration_engine(url: URL) -> Engine:
    """Return an engine in which a migration is one transaction, including DDL, that locks out other writers."""
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def ignore_references(connection: sqlite3.Connection, _record: object) -> None:
        # Rebuilding a table drops the old one, which would clear every reference to it.
        connection.execute("PRAGMA foreign_keys = OFF")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def upgrade(connection: Connection, path: Path, scripts: str) -> None:
    """Back up the database, then run the migrations that it lacks."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", scripts)
    directory = ScriptDirectory.from_config(config)
    revision = checked_revision(connection, directory)
    if revision == directory.get_current_head():
        return
    backup = back_up(path, revision) if revision else None
    try:
        command.upgrade(config, "head")
        check_references(connection)
    except Exception as error:  # a migration can raise anything
        raise MigrationFailed(path, backup, str(error)) from error
    drop_old_backups(path, directory)


def use_write_ahead_log(path: Path) -> None:
    """Let readers continue while one connection writes; the setting is stored in the file."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def checked_revision(connection: Connection, directory: ScriptDirectory) -> str | None:
    """Return the database's revision, None for an empty one; raises DatabaseUnusable if it can't be upgraded."""
    url = connection.engine.url.render_as_string()
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None and inspect(connection).get_table_names():
        raise DatabaseUnusable(url, "it holds the tables of another program")
    if revision and revision not in {script.revision for script in directory.walk_revisions()}:
        raise DatabaseTooNew(url, revision)
    return revision


def back_up(path: Path, revision: str) -> Path:
    """Copy the database as it was before the open transaction, including its write-ahead log."""
    backup = backup_path(path, revision)
    copy_file(path, backup)
    log.info("Kept a copy of the database at revision %s: %s", revision, backup)
    return backup


def backup_path(path: Path, revision: str) -> Path:
    """Return the path of the copy, beside the database."""
    return path.with_name(f"{path.name}.backup-{revision}")


def drop_old_backups(path: Path, directory: ScriptDirectory) -> None:
    """Delete all backups except those of the newest revisions; other files are left alone."""
    newest_first = (backup_path(path, script.revision) for script in directory.walk_revisions())
    for old in [backup for backup in newest_first if backup.exists()][KEPT_BACKUPS:]:
        old.unlink()


def check_references(connection: Connection) -> None:
    """Raise ValueError if a row refers to one that does not exist."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise ValueError(f"{len(broken)} rows would refer to rows that do not exist")
