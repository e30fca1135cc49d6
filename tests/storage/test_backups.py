"""Backups are whole, made while others write, and only the newest are kept."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tempera.storage.database import open_database
from tempera.storage.errors import DatabaseDamaged, DiskFull
from tempera.storage.file.backups import STAMP, back_up, backups_of, drop_old_backups, is_backup_due
from tempera.storage.file.copying import PAGES_PER_STEP, copy_file
from tempera.storage.file.writable import free_bytes
from tempera.storage.texts.history import NewGeneration
from tests.storage.rows import PAGE_BYTES, begin, damage, fill, names_in, size_of

DAY = timedelta(days=1)


def texts_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM generations").fetchone()[0])


def made(path: Path, age: timedelta) -> Path:
    backup = path.with_name(f"{path.name}.backup-{(datetime.now(UTC) - age).strftime(STAMP)}")
    backup.touch()
    return backup


async def test_a_backup_holds_everything_including_the_log(path: Path, new: NewGeneration) -> None:
    async with open_database(f"sqlite:///{path}") as database:
        for _ in range(3):
            await begin(database, new)
        backup = back_up(path)
    assert texts_in(backup) == 3
    assert backups_of(path) == [backup]
    assert not list(path.parent.glob("*.part*"))


async def test_writers_go_on_and_the_copy_is_of_one_moment(path: Path, new: NewGeneration) -> None:
    await fill(path, new, texts=3000)
    steps = 0
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as writer:

        def write(_copied: int, _total: int) -> None:
            nonlocal steps
            steps += 1
            writer.execute("DELETE FROM generations WHERE id = ?", (steps,))

        copy_file(path, path.with_name("copy"), write)
    assert 2 <= steps <= size_of(path) / PAGE_BYTES / PAGES_PER_STEP + 2, "it never begins again"
    assert texts_in(path.with_name("copy")) == 3000


async def test_a_copy_that_is_broken_off_leaves_nothing(path: Path, new: NewGeneration) -> None:
    await fill(path, new, texts=3)

    def stop(_copied: int, _total: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        copy_file(path, path.with_name("copy"), stop)
    assert names_in(path.parent) == [path.name]


async def test_damage_is_not_backed_up(path: Path, new: NewGeneration) -> None:
    await fill(path, new)
    damage(path)
    with pytest.raises(DatabaseDamaged):
        back_up(path)
    assert names_in(path.parent) == [path.name]


@pytest.mark.slow
async def test_a_backup_does_not_take_the_last_space(small_disk: Path, new: NewGeneration) -> None:
    path = small_disk / "tempera.sqlite3"
    await fill(path, new, texts=20)
    (small_disk / "other").write_bytes(bytes(free_bytes(path) - 1_050_000))
    with pytest.raises(DiskFull, match=r"a copy needs 0\.\d MB"):
        back_up(path)
    assert names_in(small_disk) == ["other", path.name]


def test_only_the_newest_are_kept_and_nothing_else_is_touched(path: Path) -> None:
    backups = [made(path, DAY * days) for days in range(5)]
    others = [path.with_name(f"{path.name}.{end}") for end in ("backup-0005", "backup-20260199-000000", "lock")]
    others.append(path.with_name("other.sqlite3.backup-20260101-000000"))
    for other in others:
        other.touch()
    drop_old_backups(path, kept=2)
    assert sorted(path.parent.iterdir()) == sorted(backups[:2] + others)


@pytest.mark.parametrize(
    ("ages", "due"),
    [
        ([], True),
        ([timedelta(hours=23)], False),
        ([timedelta(hours=25)], True),
        ([timedelta(hours=1), timedelta(days=9)], False),
        ([timedelta(days=-400)], True),
    ],
    ids=["none yet", "fresh", "old", "fresh and old", "of the future"],
)
def test_a_backup_is_due_when_the_last_is_too_old(path: Path, ages: list[timedelta], due: bool) -> None:
    for age in ages:
        made(path, age)
    assert is_backup_due(path, DAY) is due
