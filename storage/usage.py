"""How much each person asks for, and the pause between two of their texts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.errors import CoolingDown
from storage.history import NewGeneration, new_row
from storage.tables import UsageRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Hold what a person has asked for so far; the time is UTC."""

    user_id: int
    texts: int
    last_started_at: datetime
    last_generation_id: int | None  # None: that text is no longer kept


async def begin_in_turn(database: Database, new: NewGeneration, cooldown_seconds: float) -> int:
    """Keep the generation as running, count it, and return its id; raise CoolingDown and keep nothing."""
    row = new_row(new)
    async with database.session.begin() as session:
        await _count(session, new.user_id, timedelta(seconds=cooldown_seconds))
        session.add(row)
        await session.flush()
        last = update(UsageRow).where(UsageRow.user_id == new.user_id).values(last_generation_id=row.id)
        await session.execute(last)
    return row.id


async def _count(session: AsyncSession, user_id: int, cooldown: timedelta) -> None:
    """Count one more text of a person in one statement, so that of two at once only one is in time."""
    now = datetime.now(UTC)
    first = insert(UsageRow).values(user_id=user_id, texts=1, last_started_at=now)
    counted = await session.scalar(
        first.on_conflict_do_update(
            set_={"texts": UsageRow.texts + 1, "last_started_at": now},
            # Without a cooldown texts begin at the same time, and may come to their turn out of order.
            where=UsageRow.last_started_at <= now - cooldown if cooldown else None,
        ).returning(UsageRow.texts)
    )
    if counted is None:
        usage = await session.get_one(UsageRow, user_id)
        raise CoolingDown(usage.last_started_at + cooldown)


async def usage_of(database: Database, user_id: int) -> Usage | None:
    """Return what a person has asked for, None if nothing."""
    async with database.session() as session:
        row = await session.get(UsageRow, user_id)
    if row is None:
        return None
    return Usage(
        user_id=row.user_id,
        texts=row.texts,
        last_started_at=row.last_started_at,
        last_generation_id=row.last_generation_id,
    )
