"""A connection to the database file whose transactions run whole in its own thread, one after another."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import aiosqlite
from sqlalchemy import Connection as EngineConnection
from sqlalchemy import StaticPool, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from tempera.storage.errors import StorageBusy
from tempera.storage.failures import translated
from tempera.storage.transaction import Transaction, Work

BUSY_TIMEOUT_MILLISECONDS = 1000  # for another process's lock; waiting longer would hold up everyone behind it
# The log starts again from its beginning after so many pages, unless somebody still reads an older state, as a backup
# does; it then grows, and shrinks to this size again.
LOG_PAGES, LOG_BYTES_PER_PAGE = 900, 4096 + 24
PATIENT = f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MILLISECONDS}"
PRAGMAS = (
    PATIENT,
    f"PRAGMA wal_autocheckpoint = {LOG_PAGES}",
    f"PRAGMA journal_size_limit = {LOG_PAGES * LOG_BYTES_PER_PAGE}",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten, rather than left in a free page
)
T = TypeVar("T")


class Connection:
    """One connection; each transaction is one call into its thread."""

    def __init__(self, connection: aiosqlite.Connection, sessions: sessionmaker[Session]) -> None:
        self._connection, self._sessions = connection, sessions
        self.calls = 0  # into the thread

    async def run(self, work: Work[T], patience_seconds: float | None) -> T:
        """Return the result of committed work; raises StorageBusy, with nothing stored, if that takes too long."""
        transaction = Transaction(work)
        running = asyncio.create_task(self._call(lambda: transaction.run(self._sessions())))
        running.add_done_callback(_look_at_result)
        try:
            done, _ = await asyncio.wait({running}, timeout=patience_seconds)
        except asyncio.CancelledError:
            transaction.withdraw()
            raise
        if not done and transaction.withdraw():
            raise StorageBusy("it took too long")
        with translated():
            return await running

    async def truncate_log(self) -> bool:
        """Empty the write-ahead log, which still holds what was deleted; return False if others are reading it."""
        with translated():
            return await self._call(self._truncate_log)

    def _truncate_log(self) -> bool:
        connection = self._connection._conn  # noqa: SLF001
        connection.execute("PRAGMA busy_timeout = 0")  # others wait for this thread
        try:
            is_busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not is_busy
        finally:
            connection.execute(PATIENT)

    async def _call(self, function: Callable[[], T]) -> T:
        """Run a function in the thread, as aiosqlite runs each statement: a transaction costs one switch of threads."""
        self.calls += 1
        execute: Callable[[Callable[[], T]], Awaitable[T]] = self._connection._execute  # noqa: SLF001
        return await execute(function)


def _look_at_result(running: asyncio.Future[T]) -> None:
    """Keep asyncio from reporting the error of a transaction that nobody waits for any more."""
    if not running.cancelled():
        running.exception()


@asynccontextmanager
async def open_connection(path: Path, *, begin: str) -> AsyncIterator[Connection]:
    """Open a connection whose transactions start with this statement."""
    with translated():
        connection = await aiosqlite.connect(path, isolation_level=None)
    try:
        for pragma in PRAGMAS:
            with translated():
                await connection.execute_fetchall(pragma)  # to its end: an open statement is in the way
        yield Connection(connection, _sessions(connection, begin))
    finally:
        await connection.close()


def _sessions(connection: aiosqlite.Connection, begin: str) -> sessionmaker[Session]:
    """Return sessions on the connection that aiosqlite has opened; they can be used in its thread only."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: connection._conn,  # noqa: SLF001 - SQLAlchemy and aiosqlite share one connection
        poolclass=StaticPool,
        hide_parameters=True,  # they hold users' texts
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: EngineConnection) -> None:
        connection.exec_driver_sql(begin)

    return sessionmaker(engine, expire_on_commit=False)
