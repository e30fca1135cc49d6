"""Only one bot runs on a database file."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tempera import storage
from tempera.storage.errors import DatabaseInUse, DatabaseUnusable
from tempera.storage.file.instance_lock import only_instance

HOLD_AND_HANG = """
import sys, time
from tempera.storage.file.instance_lock import only_instance

with only_instance(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.slow
async def test_another_process_is_refused_until_the_first_is_gone_even_if_killed(path: Path) -> None:
    url, root = f"sqlite:///{path}", Path(storage.__file__).parents[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD_AND_HANG, url, cwd=root, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"held\n"
    with pytest.raises(DatabaseInUse), only_instance(url):
        pass
    process.kill()
    assert await process.wait() == -signal.SIGKILL
    with only_instance(url):
        pass


def test_the_same_file_under_another_name_is_the_same(path: Path, tmp_path: Path) -> None:
    path.touch()
    link = tmp_path / "link.sqlite3"
    link.symlink_to(path)
    with only_instance(f"sqlite:///{path}"), pytest.raises(DatabaseInUse), only_instance(f"sqlite:///{link}"):
        pass


def test_other_files_are_free(path: Path) -> None:
    with only_instance(f"sqlite:///{path}"), only_instance(f"sqlite:///{path}2"):
        pass


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnusable, match="file"), only_instance(f"sqlite:///{tmp_path}/file/db.sqlite3"):
        pass
