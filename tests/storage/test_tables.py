"""Times go in aware and come out as UTC."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from tempera.storage.database import Database
from tempera.storage.tables import GenerationRow
from tempera.storage.texts.history import NewGeneration, find_generation


async def write(database: Database, new: NewGeneration, created_at: datetime) -> int:
    row = GenerationRow(**asdict(new), status="running", text="", created_at=created_at)
    await database.write(lambda session: session.add(row))
    return row.id


async def test_a_time_of_any_zone_comes_back_as_utc(database: Database, new: NewGeneration) -> None:
    tokyo = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=9)))
    stored = await find_generation(database, await write(database, new, tokyo))
    assert stored is not None
    assert stored.created_at == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert stored.created_at.tzinfo is UTC


async def test_a_time_without_zone_is_refused(database: Database, new: NewGeneration) -> None:
    with pytest.raises(StatementError, match="no time zone"):
        await write(database, new, datetime(2026, 1, 1))
