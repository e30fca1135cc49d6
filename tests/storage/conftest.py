"""A real database file for each test, and one generation to put into it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tempera.storage.database import Database, open_database
from tempera.storage.texts.history import NewGeneration

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tempera.sqlite3"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    async with open_database(f"sqlite:///{path}") as database:
        yield database


@pytest.fixture
def new() -> NewGeneration:
    return NewGeneration(
        user_id=2**63 - 1,
        guild_id=1_234_567_890_123_456_789,
        channel_id=1_234_567_890_123_456_790,
        model="shakespeare",
        model_sha256="0" * 64,
        arithmetic="fp32",
        prompt="ROMEO:\n",
        params={"temperature": 0.8, "top_k": 40, "top_p": 0.95, "length": 400, "seed": 2**31 - 1, "stop": "\n\n"},
        first_draw=7,
        private=True,
        language="fr",
    )


@pytest.fixture
def plain_folder() -> Iterator[Path]:
    """A folder of an ordinary user, as whom the test then runs: root may write everywhere."""
    folder = Path(tempfile.mkdtemp())
    if os.geteuid():
        yield folder
    else:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            os.seteuid(0)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700)
    shutil.rmtree(folder)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB; skipped where none can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", folder], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
