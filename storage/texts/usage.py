"""How much each user requests, and the cooldown between two of their texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import bindparam, delete, or_, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from tempera.storage.database import Database
from tempera.storage.errors import CoolingDown, QuotaReached
from tempera.storage.tables import GenerationRow, GuildUsageRow, UsageRow, UtcDateTime
from tempera.storage.texts.history import NewGeneration, new_values

NEVER = datetime.fromtimestamp(0, UTC)


FIRST = insert(UsageRow).values(user_id=bindparam("user_id"), texts=1, last_started_at=bindparam("now"))
ONE_MORE = {"texts": UsageRow.texts + 1, "last_started_at": FIRST.excluded.last_started_at}
COUNTED = FIRST.on_conflict_do_update(set_=ONE_MORE).returning(UsageRow.texts)
COUNTED_AFTER_COOLDOWN = FIRST.on_conflict_do_update(
    set_=ONE_MORE,
    # A start in the future is from before the host's clock was set back.
    where=or_(
        UsageRow.last_started_at <= bindparam("latest", type_=UtcDateTime),
        UsageRow.last_started_at > FIRST.excluded.last_started_at,
    ),
).returning(UsageRow.texts)
STARTED = insert(GenerationRow).returning(GenerationRow.id)
LAST = update(UsageRow).where(UsageRow.user_id == bindparam("user")).values(last_generation_id=bindparam("generation"))


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """What a server allows one person."""

    guild_id: int
    cooldown_seconds: float
    texts_per_day: int | None  # None: any number


async def start_generations(
    database: Database,
    news: Sequence[NewGeneration],
    cooldown_seconds: float,
    server: ServerLimits | None = None,
) -> list[int]:
    """Store a user's generations as running, and return their ids; several are compared, and count as one.

    server: the limits of the server, if it has any. Raises CoolingDown, QuotaReached, and stores nothing then.
    """
    user_id, rows = news[0].user_id, [new_values(new) for new in news]

    def work(session: Session) -> list[int]:
        _count(session, user_id, timedelta(seconds=cooldown_seconds))
        if server:
            _count_in_server(session, user_id, server)
        connection = session.connection()
        ids = [int(connection.execute(STARTED, row).scalar_one()) for row in rows]
        if len(ids) > 1:
            compared = update(GenerationRow).where(GenerationRow.id.in_(ids))
            connection.execute(compared.values(comparison_id=ids[0]))
        connection.execute(LAST, {"user": user_id, "generation": ids[0]})
        return ids

    return await database.write(work)


def _count(session: Session, user_id: int, cooldown: timedelta) -> None:
    """Count a text of a user in one statement, so that only one of two concurrent texts passes the cooldown."""
    now = datetime.now(UTC)
    # Without a cooldown, texts start at the same time and may be counted out of order.
    statement, latest = (COUNTED_AFTER_COOLDOWN, {"latest": now - cooldown}) if cooldown else (COUNTED, {})
    counted = session.connection().execute(statement, {"user_id": user_id, "now": now, **latest}).scalar()
    if counted is None:
        usage = session.get_one(UsageRow, user_id)
        raise CoolingDown((usage.last_started_at + cooldown - now).total_seconds())


def _count_in_server(session: Session, user_id: int, server: ServerLimits) -> None:
    """Count a text in its server; the write lock lets one text through at a time."""
    now, cooldown = datetime.now(UTC), timedelta(seconds=server.cooldown_seconds)
    row = session.get(GuildUsageRow, (server.guild_id, user_id))
    texts = row.texts if row and row.day == now.date() else 0
    if server.texts_per_day is not None and texts >= server.texts_per_day:
        tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
        raise QuotaReached(server.texts_per_day, (tomorrow - now).total_seconds())
    if row and row.last_started_at <= now < row.last_started_at + cooldown:
        raise CoolingDown((row.last_started_at + cooldown - now).total_seconds())
    key = {"guild_id": server.guild_id, "user_id": user_id}
    session.merge(GuildUsageRow(**key, day=now.date(), texts=texts + 1, last_started_at=now))


async def undo_start(database: Database, generation_ids: Sequence[int]) -> None:
    """Delete generations whose user can't be answered; they neither count nor start a cooldown."""
    uncounted = (
        update(UsageRow)
        .where(UsageRow.last_generation_id == generation_ids[0])
        .values(texts=UsageRow.texts - 1, last_started_at=NEVER)
    )

    started = select(GenerationRow.guild_id, GenerationRow.user_id).where(GenerationRow.id == generation_ids[0])
    uncounted_there = (
        update(GuildUsageRow)
        .where(tuple_(GuildUsageRow.guild_id, GuildUsageRow.user_id).in_(started))
        .values(texts=GuildUsageRow.texts - 1, last_started_at=NEVER)
    )

    def work(session: Session) -> None:
        session.execute(uncounted)
        session.execute(uncounted_there)
        session.execute(delete(GenerationRow).where(GenerationRow.id.in_(generation_ids)))

    await database.write(work)
