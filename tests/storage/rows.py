"""Rows that the storage tests store and look up directly."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tempera.storage.database import Database, open_database
from tempera.storage.tables import UsageRow
from tempera.storage.texts.history import NewGeneration
from tempera.storage.texts.unsaved import UnsavedTexts
from tempera.storage.texts.usage import start_generations

PAGE_BYTES = 4096


async def start_generation(database: Database, new: NewGeneration, cooldown_seconds: float) -> int:
    """Store a running generation and return its id; raises CoolingDown."""
    (generation_id,) = await start_generations(database, [new], cooldown_seconds)
    return generation_id


async def begin(database: Database, new: NewGeneration) -> int:
    """Store a running generation, without a cooldown, and return its id."""
    return await start_generation(database, new, cooldown_seconds=0)


async def change(database: Database, generation_id: int, **changes: Any) -> None:
    """Store changes of a generation."""
    texts = UnsavedTexts(database)
    texts.put(generation_id, **changes)
    await texts.store()


async def fill(path: Path, new: NewGeneration, texts: int = 200) -> None:
    """Make a database of several hundred kilobytes, and close it."""
    async with open_database(f"sqlite:///{path}") as database:
        for _ in range(texts):
            await begin(database, replace(new, prompt="a prompt " * 200))


def damage(path: Path) -> None:
    """Overwrite pages in the middle of a file."""
    middle = path.stat().st_size // 2 // PAGE_BYTES * PAGE_BYTES
    with path.open("r+b") as file:
        file.seek(middle - 10 * PAGE_BYTES)
        file.write(b"\xa5" * 20 * PAGE_BYTES)


def size_of(path: Path) -> int:
    return path.stat().st_size


def content(path: Path) -> bytes:
    return path.read_bytes()


def names_in(folder: Path, pattern: str = "*") -> list[str]:
    return sorted(file.name for file in folder.glob(pattern))


async def usage_of(database: Database, user_id: int) -> UsageRow | None:
    return await database.read(lambda session: session.scalar(select(UsageRow).where(UsageRow.user_id == user_id)))
