"""Open the SQLite database for the bot's event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.util import await_only, greenlet_spawn

from storage.errors import DatabaseUnusable
from storage.migrate import migrate

BUSY_TIMEOUT_MILLISECONDS = 5000


@dataclass(frozen=True, slots=True)
class Database:
    """Give sessions on an open database; `session.begin()` gives one that commits at its end."""

    session: async_sessionmaker[AsyncSession]


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Upgrade the database and open it until the block ends; raise DatabaseUnusable or MigrationFailed."""
    location = sqlite_file(url)
    await asyncio.to_thread(migrate, location)
    engine = sqlite_engine(location)
    try:
        yield Database(async_sessionmaker(engine, expire_on_commit=False))
    finally:
        await engine.dispose()


def sqlite_file(url: str) -> URL:
    """Parse the URL of a SQLite file; raise DatabaseUnusable for anything else."""
    try:
        location = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnusable(url, "not a database URL, such as sqlite:////folder/file.sqlite3") from error
    if location.get_backend_name() != "sqlite":
        raise DatabaseUnusable(location.render_as_string(), "only SQLite is supported")
    if not Path(location.database or "").is_absolute():
        raise DatabaseUnusable(url, "an absolute path to a file is needed")
    return location.set(drivername="sqlite")


def sqlite_engine(url: URL) -> AsyncEngine:
    """Connect so that writers wait for each other, references hold and transactions are real ones."""
    engine = create_async_engine(url.set(drivername="sqlite+aiosqlite"), hide_parameters=True)  # they hold users' texts

    event.listen(engine.sync_engine, "do_connect", connect)

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MILLISECONDS}")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    @event.listens_for(engine.sync_engine, "invalidate")
    def roll_back(connection: DBAPIConnection, _record: object, _error: object) -> None:
        # A cancelled statement's cursor outlives its closed connection, and with it a transaction and its lock.
        connection.rollback()

    return engine


def connect(dialect: Dialect, _record: object, arguments: tuple[Any, ...], options: dict[str, Any]) -> DBAPIConnection:
    """Open a connection; one whose caller is cancelled meanwhile is closed once open: aiosqlite would lose it, open."""
    opening = asyncio.ensure_future(greenlet_spawn(dialect.connect, *arguments, **options))
    try:
        return await_only(asyncio.shield(opening))
    except asyncio.CancelledError:
        opening.add_done_callback(terminate)
        raise


def terminate(opening: asyncio.Future[Any]) -> None:
    """Close a connection that nobody waits for any more, if it could be opened."""
    if not opening.cancelled() and not opening.exception():
        opening.result().terminate()
