"""A file that is deleted, replaced or damaged while the database is open stops all writing, loudly."""

import asyncio
import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tempera.storage.database import Database, open_database
from tempera.storage.errors import DatabaseDamaged, DatabaseGone
from tempera.storage.texts.history import NewGeneration, find_generation
from tempera.storage.watch import watched
from tests.patience import until
from tests.storage.rows import begin, damage, fill

PAUSE_SECONDS = 0.05


def delete(path: Path) -> None:
    path.unlink()


def delete_log(path: Path) -> None:
    path.with_name(f"{path.name}-wal").unlink()


def replace_by_copy(path: Path) -> None:
    shutil.copy(path, path.with_name("copy"))
    path.with_name("copy").replace(path)


@pytest.mark.parametrize("harm", [delete, delete_log, replace_by_copy])
async def test_a_file_that_is_gone_stops_all_writing_and_what_was_stored_is_rescued(
    path: Path, new: NewGeneration, caplog: pytest.LogCaptureFixture, harm: Callable[[Path], None]
) -> None:
    await fill(path, new, texts=3)
    async with open_database(f"sqlite:///{path}") as database, watched(database, PAUSE_SECONDS):
        last = await begin(database, new)
        harm(path)
        await until(lambda: database.trouble)
        with pytest.raises(DatabaseGone, match="while Tempera was using it"):
            await begin(database, new)
        await until(lambda: any("Everything that was stored" in message for message in caplog.messages))
        assert await find_generation(database, last) is not None, "reading goes on"
    (stopped,) = [message for message in caplog.messages if "Nothing is written" in message]
    assert "python -m storage restore" in stopped
    (rescued,) = path.parent.glob("*.rescued-*")
    rescued.rename(path.with_name("again"))
    async with open_database(f"sqlite:///{path.with_name('again')}") as database:
        assert await find_generation(database, last) is not None
        assert await find_generation(database, last + 1) is None


async def test_a_file_that_is_gone_just_before_the_end_is_noticed_and_rescued(
    path: Path, new: NewGeneration, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_database(f"sqlite:///{path}") as database, watched(database, pause_seconds=1000):
        last = await begin(database, new)
        delete(path)
    assert [message for message in caplog.messages if "Nothing is written" in message]
    (rescued,) = path.parent.glob("*.rescued-*")
    rescued.rename(path)
    async with open_database(f"sqlite:///{path}") as database:
        assert await find_generation(database, last) is not None


async def test_damage_is_found_by_looking(path: Path, new: NewGeneration) -> None:
    await fill(path, new)
    async with open_database(f"sqlite:///{path}") as database, watched(database, PAUSE_SECONDS):
        damage(path)
        await until(lambda: database.trouble)
        with pytest.raises(DatabaseDamaged):
            await begin(database, new)


async def test_damage_that_a_statement_meets_stops_all_writing(
    path: Path, new: NewGeneration, caplog: pytest.LogCaptureFixture
) -> None:
    await fill(path, new)
    async with open_database(f"sqlite:///{path}") as database:
        damage(path)
        with pytest.raises(DatabaseDamaged):
            await asyncio.gather(*(find_generation(database, number) for number in range(1, 201)))
        with pytest.raises(DatabaseDamaged):
            await begin(database, new)
    assert [record.levelno for record in caplog.records if "Nothing is written" in record.message] == [logging.ERROR]


async def test_an_ordinary_day_is_no_trouble(database: Database, new: NewGeneration) -> None:
    looks = 0

    def count(_: object) -> None:
        nonlocal looks
        looks += 1

    async with watched(database, 0.001):
        for _ in range(30):
            await begin(database, new)
            await database.write(lambda session: session.connection().exec_driver_sql("SELECT 1"))
    await database.read(count)
    assert looks == 1
    assert database.trouble is None
