"""The servers that the bot is in, and the deletion of their rows after it was removed."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from tempera.storage.database import Database
from tempera.storage.tables import Base, GuildRow


async def note_present(database: Database, guild_ids: Collection[int]) -> None:
    """Record that the bot is in these servers; a server that added it again keeps its rows."""
    rows = [{"id": guild_id, "removed_at": None} for guild_id in guild_ids]
    if rows:
        present = insert(GuildRow).on_conflict_do_update(set_={"removed_at": None})
        await database.write(lambda session: session.execute(present, rows))


async def note_removed(database: Database, guild_id: int) -> None:
    """Record that the bot was just removed from this server, which starts the grace period of its rows."""
    gone = {"removed_at": datetime.now(UTC)}
    noted = insert(GuildRow).values(id=guild_id, **gone)
    first = noted.on_conflict_do_update(set_=gone, where=GuildRow.removed_at.is_(None))
    await database.write(lambda session: session.execute(first))


async def note_all_present(database: Database, guild_ids: Collection[int]) -> None:
    """Record that the bot is in these servers and no others, which finds removals while it was offline."""
    present = select(GuildRow.id).where(GuildRow.removed_at.is_(None))
    known = await database.read(lambda session: session.scalars(present).all())
    for guild_id in set(known) - set(guild_ids):
        await note_removed(database, guild_id)
    await note_present(database, guild_ids)


async def purge(database: Database, grace: timedelta) -> tuple[int, ...]:
    """Delete all rows of the servers that removed the bot longer ago than the grace period; return their ids."""
    overdue = delete(GuildRow).where(GuildRow.removed_at <= datetime.now(UTC) - grace).returning(GuildRow.id)

    def work(session: Session) -> tuple[int, ...]:
        guild_ids = tuple(session.scalars(overdue))
        for table in _tables_of_guilds():
            session.execute(delete(table).where(table.c.guild_id.in_(guild_ids)))
        return guild_ids

    return await database.write(work, patience_seconds=None)


def _tables_of_guilds() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if "guild_id" in table.c]
