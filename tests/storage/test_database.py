"""A database opens whole and shared, or says why it does not."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tempera import storage
from tempera.storage.database import Database, open_database
from tempera.storage.errors import (
    DatabaseDamaged,
    DatabaseReadOnly,
    DatabaseTooNew,
    DatabaseUnusable,
    StorageBusy,
    StorageError,
    StorageUnavailable,
)
from tempera.storage.migrate import migrate, migration_engine
from tempera.storage.servers.presence import note_present
from tempera.storage.texts.history import NewGeneration, find_generation
from tests.storage.rows import begin


def refusal(url: str) -> Any:
    async def start() -> None:
        async with open_database(url):
            pass

    with pytest.raises(StorageError) as refused:
        asyncio.run(start())
    return refused.value


async def test_a_first_start_makes_the_folder_and_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "made" / "by itself %20 ?" / "tempera.sqlite3"
    async with open_database(URL.create("sqlite", database=str(path)).render_as_string()):
        pass
    assert [file.name for file in path.parent.iterdir()] == ["tempera.sqlite3"]


async def test_what_was_stored_is_there_after_reopening(path: Path, new: NewGeneration) -> None:
    url = f"sqlite+aiosqlite:///{path}"
    async with open_database(url) as database:
        generation_id = await begin(database, new)
        stored = await find_generation(database, generation_id)
    async with open_database(url) as database:
        assert await find_generation(database, generation_id) == stored


async def test_many_starts_at_once_share_one_new_file(path: Path, new: NewGeneration) -> None:
    async def start() -> int:
        async with open_database(f"sqlite:///{path}") as database:
            return await begin(database, new)

    assert sorted(await asyncio.gather(*(start() for _ in range(8)))) == [*range(1, 9)]


async def test_many_new_files_can_be_opened_at_once(tmp_path: Path, new: NewGeneration) -> None:
    async def start(name: int) -> int:
        async with open_database(f"sqlite:///{tmp_path}/{name}.sqlite3") as database:
            return await begin(database, new)

    assert await asyncio.gather(*(start(name) for name in range(8))) == [1] * 8


async def test_readers_go_on_and_writers_wait_while_another_connection_writes(
    database: Database, path: Path, new: NewGeneration
) -> None:
    generation_id = await begin(database, new)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE generations SET text = 'not committed'")
        waiting = asyncio.create_task(begin(database, new))
        stored = await asyncio.wait_for(find_generation(database, generation_id), timeout=2)
        await asyncio.sleep(0.1)
        assert not waiting.done()
        other.execute("COMMIT")
    assert stored is not None
    assert stored.text == ""
    assert await waiting == generation_id + 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 1000), ("synchronous", 1)],
)
async def test_every_connection_is_set_up(database: Database, name: str, value: str | int) -> None:
    for run in (database.read, database.write):
        assert await run(lambda session: session.scalar(text(f"PRAGMA {name}"))) == value


async def test_a_session_that_fails_leaves_nothing_behind(database: Database, new: NewGeneration) -> None:
    generation_id = await begin(database, new)

    def fail_half_way(session: Session) -> None:
        session.execute(text("CREATE TABLE half (done)"))
        session.execute(text("DELETE FROM generations"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write(fail_half_way)
    assert await find_generation(database, generation_id) is not None
    halves = text("SELECT count(*) FROM sqlite_master WHERE name = 'half'")
    assert await database.read(lambda session: session.scalar(halves)) == 0


async def test_a_write_cancelled_at_any_moment_leaves_nothing_locked(database: Database, path: Path) -> None:
    tasks = []  # held, and with them whatever the cancelled calls still hold
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as other:
        for moment in range(100):
            tasks.append(asyncio.create_task(note_present(database, range(1, 100))))
            await asyncio.sleep(moment / 10_000)
            tasks[-1].cancel()
            await asyncio.wait(tasks[-1:])
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
    assert any(task.cancelled() for task in tasks)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("tempera.sqlite3", "is not a database URL"),
        ("sqlite://", "names no SQLite file"),
        ("sqlite:///:memory:", "names no SQLite file"),
        ("sqlite:///tempera.sqlite3", "an absolute path"),
        ("postgresql+asyncpg://tempera:secret@localhost/tempera", "names no SQLite file"),
    ],
)
def test_a_url_that_names_no_sqlite_file_is_refused(url: str, reason: str) -> None:
    refused = refusal(url)
    assert refused.reason.startswith(reason)
    assert "secret" not in f"{refused} {refused.url}"


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_text("dear diary, " * 100)
    refused = refusal(f"sqlite:///{path}")
    assert isinstance(refused, DatabaseDamaged)
    assert str(refused) == f"{path}: file is not a database"
    assert path.read_text() == "dear diary, " * 100


def test_a_folder_is_refused(tmp_path: Path) -> None:
    refused = refusal(f"sqlite:///{tmp_path}")
    assert isinstance(refused, DatabaseUnusable)
    assert refused.reason == "it is not an ordinary file"


def test_a_folder_that_cannot_be_made_is_refused(path: Path) -> None:
    path.touch()
    assert f"{path} is not a folder" in refusal(f"sqlite:///{path}/below/tempera.sqlite3").reason


def test_a_file_that_cannot_be_written_is_refused(path: Path) -> None:
    migrate(path)
    with path.open("r+b") as file:
        file.seek(18)
        file.write(b"\x03")  # write format of a later SQLite: only reading is allowed, even to root
    refused = refusal(f"sqlite:///{path}")
    assert isinstance(refused, DatabaseReadOnly)
    assert str(refused) == f"{path}: attempt to write a readonly database"


@pytest.mark.slow
def test_a_file_that_stays_locked_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = refusal(f"sqlite:///{path}")
    assert isinstance(refused, StorageBusy)
    assert str(refused) == f"{path}: database is locked"


def test_the_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (name)")
    before = path.read_bytes()
    assert "another program" in refusal(f"sqlite:///{path}").reason
    assert path.read_bytes() == before


def test_a_database_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    migrate(path)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    refused = refusal(f"sqlite:///{path}")
    assert isinstance(refused, DatabaseTooNew)
    assert refused.revision == "9999"
    assert sorted(file.name for file in path.parent.iterdir()) == [path.name]


@pytest.mark.slow
def test_importing_storage_touches_no_file_and_loads_no_numbers(tmp_path: Path) -> None:
    folder = Path(storage.__file__).parent
    names = [".".join(file.relative_to(folder.parent).with_suffix("").parts) for file in folder.rglob("*.py")]
    modules = [f"tempera.{name}" for name in names]
    code = f"""
import importlib, sys
for module in {modules!r}:
    importlib.import_module(module)
assert not {{"torch", "numpy", "matplotlib", "tempera.bot", "tempera.models"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    assert list(tmp_path.iterdir()) == []


async def test_a_statement_that_fails_does_not_tell_what_it_holds(path: Path, new: NewGeneration) -> None:
    async with open_database(f"sqlite:///{path}") as database:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE generations")
        with pytest.raises(StorageUnavailable, match="no such table") as failed:
            await begin(database, replace(new, prompt="what a user wrote"))
    assert "what a user wrote" not in f"{failed.value}{failed.value.__cause__}"


def test_a_migration_that_fails_does_not_tell_what_its_rows_hold(path: Path) -> None:
    engine = migration_engine(URL.create("sqlite", database=str(path)))
    with engine.begin() as connection, pytest.raises(OperationalError) as failed:
        connection.execute(text("INSERT INTO nowhere VALUES (:text)"), {"text": "what a user wrote"})
    assert "what a user wrote" not in str(failed.value)
