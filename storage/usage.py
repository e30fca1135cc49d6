"""How much each user requests, and the cooldown between two of their texts."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from tempera.storage.database import Database
from tempera.storage.errors import CoolingDown
from tempera.storage.history import NewGeneration, new_row
from tempera.storage.tables import UsageRow


async def start_generation(database: Database, new: NewGeneration, cooldown_seconds: float) -> int:
    """Store the generation as running, count it and return its id; raises CoolingDown and stores nothing."""
    row = new_row(new)
    async with database.writing() as session:
        await _count(session, new.user_id, timedelta(seconds=cooldown_seconds))
        session.add(row)
        await session.flush()
        last = update(UsageRow).where(UsageRow.user_id == new.user_id).values(last_generation_id=row.id)
        await session.execute(last)
    return row.id


async def _count(session: AsyncSession, user_id: int, cooldown: timedelta) -> None:
    """Count a text of a user in one statement, so that only one of two concurrent texts passes the cooldown."""
    now = datetime.now(UTC)
    first = insert(UsageRow).values(user_id=user_id, texts=1, last_started_at=now)
    counted = await session.scalar(
        first.on_conflict_do_update(
            set_={"texts": UsageRow.texts + 1, "last_started_at": now},
            # Without a cooldown, texts start at the same time and may be counted out of order.
            where=UsageRow.last_started_at <= now - cooldown if cooldown else None,
        ).returning(UsageRow.texts)
    )
    if counted is None:
        usage = await session.get_one(UsageRow, user_id)
        raise CoolingDown(usage.last_started_at + cooldown)
