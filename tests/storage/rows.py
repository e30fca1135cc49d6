"""Rows that the storage tests store and look up directly."""

from sqlalchemy import select

from tempera.storage.database import Database
from tempera.storage.history import NewGeneration
from tempera.storage.tables import UsageRow
from tempera.storage.usage import start_generation


async def begin(database: Database, new: NewGeneration) -> int:
    """Store a running generation, without a cooldown, and return its id."""
    return await start_generation(database, new, cooldown_seconds=0)


async def usage_of(database: Database, user_id: int) -> UsageRow | None:
    async with database.reading() as session:
        return await session.scalar(select(UsageRow).where(UsageRow.user_id == user_id))
