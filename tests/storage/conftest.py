"""A real database file for each test, and one generation to put into it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tempera.storage.database import Database, open_database
from tempera.storage.history import NewGeneration


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
