"""Open the SQLite database for the bot's event loop."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.util import await_only, greenlet_spawn

from tempera.storage.errors import DatabaseUnusable, StorageUnavailable
from tempera.storage.migrate import migrate
from tempera.storage.url import database_path, file_url

BUSY_TIMEOUT_MILLISECONDS = 5000


class Database:
    """Provides sessions on an open database; its errors are raised as StorageUnavailable."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Yield a session for reading; nothing is committed."""
        with _translated():
            async with self._sessions() as session:
                yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Yield a session that commits at the end of the block, or rolls back on an error."""
        with _translated():
            async with self._sessions.begin() as session:
                yield session


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StorageUnavailable(str(error.orig)) from error
    except PoolTimeoutError as error:
        raise StorageUnavailable(str(error)) from error


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Upgrade the database and open it until the block ends; raises DatabaseUnusable or MigrationFailed."""
    path = database_path(url)
    if not path.is_absolute():
        raise DatabaseUnusable(url, "an absolute path to a file is needed")
    await asyncio.to_thread(migrate, path)
    engine = sqlite_engine(file_url(path))
    try:
        yield Database(engine)
    finally:
        await engine.dispose()


def sqlite_engine(url: URL) -> AsyncEngine:
    """Return an engine with foreign keys and real transactions, whose writers wait for each other."""
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
        # The cursor of a cancelled statement outlives its closed connection, and so do its transaction and lock.
        connection.rollback()

    return engine


def connect(dialect: Dialect, _record: object, arguments: tuple[Any, ...], options: dict[str, Any]) -> DBAPIConnection:
    """Open a connection; if the caller is cancelled meanwhile, close it once it is open: aiosqlite would leak it."""
    opening = asyncio.ensure_future(greenlet_spawn(dialect.connect, *arguments, **options))
    try:
        return await_only(asyncio.shield(opening))
    except asyncio.CancelledError:
        opening.add_done_callback(terminate)
        raise


def terminate(opening: asyncio.Future[Any]) -> None:
    """Close a connection whose caller was cancelled, if it was opened."""
    if not opening.cancelled() and not opening.exception():
        opening.result().terminate()
