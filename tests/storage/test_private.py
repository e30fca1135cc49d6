"""Only the owner can read what people wrote."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tempera.storage.database import open_database
from tempera.storage.file.backups import back_up
from tempera.storage.file.instance_lock import only_instance
from tempera.storage.texts.history import NewGeneration
from tempera.storage.texts.leftovers import leftovers_path, write_leftovers
from tests.storage.rows import begin, fill


@pytest.fixture(params=[0o022, 0o000], ids=["umask 022", "umask 000"], autouse=True)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def open_to_all(path: Path) -> None:
    path.chmod(0o644)


def modes(folder: Path) -> dict[str, int]:
    return {file.name.partition("sqlite3")[2][:8]: file.stat().st_mode & 0o777 for file in folder.iterdir()}


async def test_every_file_is_private_from_the_start_and_so_is_a_folder_that_is_made(
    tmp_path: Path, new: NewGeneration, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = tmp_path / "made" / "here" / "tempera.sqlite3"
    with only_instance(f"sqlite:///{path}"):
        async with open_database(f"sqlite:///{path}") as database:
            await begin(database, new)
            back_up(path)
            write_leftovers(leftovers_path(path), {1: {"text": "Oh"}})
            assert modes(path.parent) == dict.fromkeys(("", "-wal", "-shm", ".lock", ".backup-", ".unsaved"), 0o600)
    assert [folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)] == [0o700, 0o700]
    assert "could be read" not in caplog.text


async def test_files_that_others_can_read_are_closed_to_them(
    path: Path, new: NewGeneration, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await fill(path, new, texts=1)
    open_to_all(path)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM generations")
        assert modes(path.parent) == {"": 0o644, "-wal": 0o644, "-shm": 0o644}
        other.commit()
        folder = path.parent.stat().st_mode
        async with open_database(f"sqlite:///{path}"):
            assert modes(path.parent) == {"": 0o600, "-wal": 0o600, "-shm": 0o600}
    assert f"{path} could be read by other users; now only its owner can" in caplog.messages
    assert path.parent.stat().st_mode == folder, "a folder that was there stays as it is"
