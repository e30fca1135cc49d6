"""What keeps the database from being used is found at the start, and named as what it is."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tempera.storage.database import open_database
from tempera.storage.errors import DatabaseDamaged, DatabaseReadOnly, DatabaseUnusable, DiskFull
from tempera.storage.file.instance_lock import only_instance
from tempera.storage.file.writable import lock_path
from tempera.storage.inspect import inspect_database
from tempera.storage.texts.history import NewGeneration, find_generation
from tests.storage.rows import begin, content, damage, fill, names_in


def lock(url: str) -> None:
    with only_instance(url):
        pass


def inspect(url: str) -> None:
    inspect_database(url)


def fill_up(path: Path) -> None:
    """Leave no space on a disk."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def remove(path: Path) -> None:
    path.unlink()


WAYS = pytest.mark.parametrize("look", [lock, inspect], ids=["start", "check"])
Look = Callable[[str], None]


@WAYS
@pytest.mark.parametrize("name", ["tempera.sqlite3", "tempera.sqlite3-wal", "tempera.sqlite3.lock"])
def test_a_file_that_cannot_be_written_is_named(plain_folder: Path, look: Look, name: str) -> None:
    for each in ("tempera.sqlite3", name):
        (plain_folder / each).touch()
    (plain_folder / name).chmod(0o444)
    with pytest.raises(DatabaseReadOnly, match=rf"^{plain_folder / name}: its permissions don't let this user"):
        look(f"sqlite:///{plain_folder}/tempera.sqlite3")


@WAYS
@pytest.mark.parametrize("below", ["", "made/later/"])
def test_a_folder_that_cannot_be_written_is_named(plain_folder: Path, look: Look, below: str) -> None:
    lock_path(plain_folder / "tempera.sqlite3").touch()
    plain_folder.chmod(0o555)
    with pytest.raises(DatabaseReadOnly, match=rf"^{plain_folder}: its permissions"):
        look(f"sqlite:///{plain_folder}/{below}tempera.sqlite3")


@WAYS
def test_a_folder_that_cannot_be_entered_is_named(plain_folder: Path, look: Look) -> None:
    (plain_folder / "closed").mkdir(mode=0o000)
    with pytest.raises(DatabaseReadOnly, match=f"^{plain_folder}/closed.*: Permission denied"):
        look(f"sqlite:///{plain_folder}/closed/tempera.sqlite3")


@WAYS
def test_what_is_no_ordinary_file_is_not_opened(tmp_path: Path, look: Look) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DatabaseUnusable, match="it is not an ordinary file"):
        look(f"sqlite:///{tmp_path}/pipe")


@pytest.mark.slow
@WAYS
def test_a_full_disk_is_named(small_disk: Path, look: Look) -> None:
    lock(f"sqlite:///{small_disk}/tempera.sqlite3")
    (small_disk / "other").write_bytes(bytes(1_500_000))
    with pytest.raises(DiskFull, match=rf"^{small_disk}: the disk has only \d+ kB left"):
        look(f"sqlite:///{small_disk}/tempera.sqlite3")


@pytest.mark.slow
def test_a_lock_needs_no_space(small_disk: Path) -> None:
    url = f"sqlite:///{small_disk}/tempera.sqlite3"
    with only_instance(url):
        assert [file.name for file in small_disk.iterdir()] == ["tempera.sqlite3.lock"]
        assert sum(file.stat().st_size for file in small_disk.iterdir()) == 0


def test_a_lock_that_cannot_be_taken_is_not_another_bot(path: Path) -> None:
    lock_path(path).write_text("no lock, " * 100)
    with pytest.raises(DatabaseDamaged, match=rf"^{lock_path(path)}: file is not a database"):
        lock(f"sqlite:///{path}")


async def test_a_damaged_file_is_found_at_the_start_and_left_alone(path: Path, new: NewGeneration) -> None:
    await fill(path, new)
    damage(path)
    before = content(path)
    with pytest.raises(DatabaseDamaged, match=rf"^{path}: "):
        inspect_database(f"sqlite:///{path}")
    with pytest.raises(DatabaseDamaged, match=rf"^{path}: "):
        async with open_database(f"sqlite:///{path}"):
            pass
    assert content(path) == before


async def test_an_intact_file_is_checked_without_a_trace(path: Path, new: NewGeneration) -> None:
    await fill(path, new, texts=3)
    found = inspect_database(f"sqlite:///{path}")
    assert (found.exists, found.needs_upgrade, found.is_checked) == (True, False, True)
    assert names_in(path.parent) == [path.name]


async def test_a_file_in_use_is_checked_with_what_is_in_its_log(path: Path) -> None:
    async with open_database(f"sqlite:///{path}"):
        assert inspect_database(f"sqlite:///{path}").is_checked


def test_what_a_killed_first_start_left_is_finished_at_the_next_one(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as killed:
        killed.execute("PRAGMA journal_mode = PERSIST")
        killed.execute("CREATE TABLE started (x)")
    assert path.with_name(f"{path.name}-journal").exists()
    assert not inspect_database(f"sqlite:///{path}").is_checked


@pytest.mark.slow
async def test_a_disk_that_fills_up_is_named_and_all_goes_on_once_there_is_room(
    small_disk: Path, new: NewGeneration
) -> None:
    async with open_database(f"sqlite:///{small_disk}/tempera.sqlite3") as database:
        await begin(database, new)
        fill_up(small_disk / "other")
        many = (begin(database, replace(new, prompt="a prompt " * 200)) for _ in range(50))
        refused = await asyncio.gather(*many, return_exceptions=True)
        assert any(isinstance(error, DiskFull) for error in refused)
        remove(small_disk / "other")
        last = await begin(database, new)
        assert await find_generation(database, last) is not None
        assert database.trouble is None
