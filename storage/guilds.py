"""The servers that the bot is in, and the deletion of their rows after it was removed."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects.sqlite import insert

from tempera.storage.database import Database
from tempera.storage.tables import Base, GuildRow


async def note_present(database: Database, guild_ids: Collection[int]) -> None:
    """Record that the bot is in these servers; a server that added it again keeps its rows."""
    rows = [{"id": guild_id, "removed_at": None} for guild_id in guild_ids]
    async with database.writing() as session:
        if rows:
            await session.execute(insert(GuildRow).on_conflict_do_update(set_={"removed_at": None}), rows)


async def note_removed(database: Database, guild_id: int) -> None:
    """Record that the bot was just removed from this server, which starts the grace period of its rows."""
    gone = {"removed_at": datetime.now(UTC)}
    noted = insert(GuildRow).values(id=guild_id, **gone)
    async with database.writing() as session:
        await session.execute(noted.on_conflict_do_update(set_=gone, where=GuildRow.removed_at.is_(None)))


async def note_all_present(database: Database, guild_ids: Collection[int]) -> None:
    """Record that the bot is in these servers and no others, which finds removals while it was offline."""
    async with database.reading() as session:
        known = set(await session.scalars(select(GuildRow.id).where(GuildRow.removed_at.is_(None))))
    for guild_id in known - set(guild_ids):
        await note_removed(database, guild_id)
    await note_present(database, guild_ids)


async def purge(database: Database, grace: timedelta) -> tuple[int, ...]:
    """Delete all rows of the servers that removed the bot longer ago than the grace period; return their ids."""
    async with database.writing() as session:
        overdue = await session.scalars(
            delete(GuildRow).where(GuildRow.removed_at <= datetime.now(UTC) - grace).returning(GuildRow.id)
        )
        guild_ids = tuple(overdue)
        for table in _tables_of_guilds():
            await session.execute(delete(table).where(table.c.guild_id.in_(guild_ids)))
    return guild_ids


def _tables_of_guilds() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if "guild_id" in table.c]
