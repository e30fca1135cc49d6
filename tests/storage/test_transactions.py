"""A transaction is stored whole or not at all, and whoever asked is told which; nothing of it stays behind."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, event, text
from sqlalchemy.orm import Session

from tempera.storage.database import Database
from tempera.storage.errors import StorageBusy
from tempera.storage.servers.presence import note_present
from tempera.storage.texts.history import NewGeneration, find_generation
from tempera.storage.transaction import Transaction, Withdrawn
from tests.storage.rows import begin

PATIENCE_SECONDS = 0.05


def add_guild(session: Session) -> None:
    session.execute(text("INSERT INTO guilds (id) VALUES (7)"))


def guilds_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as other:
        return int(other.execute("SELECT count(*) FROM guilds").fetchone()[0])


async def idle(database: Database) -> None:
    """Wait until the writer has nothing left to do."""
    await database.write(lambda _: None, patience_seconds=None)


async def test_what_took_too_long_is_never_written_later(database: Database, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writes = [database.write(add_guild, PATIENCE_SECONDS) for _ in range(20)]
        refused = await asyncio.gather(*writes, return_exceptions=True)
        other.execute("COMMIT")
    assert {type(error) for error in refused} == {StorageBusy}
    await idle(database)
    assert guilds_in(path) == 0


async def test_what_was_cancelled_is_not_written(database: Database, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(database.write(add_guild, None))
        await asyncio.sleep(PATIENCE_SECONDS)
        writing.cancel()
        await asyncio.wait({writing})
        other.execute("COMMIT")
    assert writing.cancelled()
    await idle(database)
    assert guilds_in(path) == 0


@pytest.fixture
def session(path: Path, database: Database) -> Iterator[Session]:
    """A session outside the database's thread."""
    assert database.path == path
    with Session(create_engine(f"sqlite:///{path}", poolclass=NullPool)) as session:
        yield session


def test_a_running_transaction_that_is_withdrawn_rolls_back(session: Session, path: Path) -> None:
    def work(session: Session) -> None:
        add_guild(session)
        assert transaction.withdraw()

    transaction = Transaction(work)
    with pytest.raises(Withdrawn):
        transaction.run(session)
    assert guilds_in(path) == 0


def test_a_transaction_whose_commit_has_begun_cannot_be_withdrawn(session: Session, path: Path) -> None:
    withdrawn: list[bool] = []
    event.listen(session, "before_commit", lambda _: withdrawn.append(transaction.withdraw()))
    transaction = Transaction(add_guild)
    transaction.run(session)
    assert withdrawn == [False]
    assert guilds_in(path) == 1


async def test_whoever_waits_for_a_commit_that_has_begun_is_told_how_it_ended(database: Database, path: Path) -> None:
    def work(session: Session) -> None:
        add_guild(session)
        event.listen(session, "before_commit", lambda _: time.sleep(10 * PATIENCE_SECONDS))

    await database.write(work, PATIENCE_SECONDS)
    assert guilds_in(path) == 1


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="handles can't be counted here")
async def test_nothing_is_leaked_and_the_log_can_be_reset(database: Database, path: Path, new: NewGeneration) -> None:
    def handles() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    await begin(database, new)
    await find_generation(database, 1)
    before = handles()
    for moment in range(100):
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(note_present(database, range(1, 100))) for _ in range(3)]
        tasks += [asyncio.create_task(find_generation(database, 1)) for _ in range(3)]
        await asyncio.sleep(moment / 10_000)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await idle(database)
    await find_generation(database, 1)
    assert handles() <= before
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        busy, _, _ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0
    assert path.with_name(f"{path.name}-wal").stat().st_size == 0


async def test_an_operation_is_one_call_into_the_databases_thread(database: Database, new: NewGeneration) -> None:
    before = database.calls
    await begin(database, new)
    await find_generation(database, 1)
    assert database.calls - before == 2
