"""Which command set was last sent to Discord, for each application and API address."""

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from tempera.storage.database import Database
from tempera.storage.tables import CommandSyncRow, GuildCommandSyncRow


async def synced_fingerprint(database: Database, application_id: int, api_url: str) -> str | None:
    """Return the fingerprint of the last command set sent, None if none was."""
    row = await database.read(lambda session: session.get(CommandSyncRow, (application_id, api_url)))
    return row.fingerprint if row else None


async def remember_sync(database: Database, application_id: int, api_url: str, fingerprint: str) -> None:
    """Store the fingerprint of the command set just sent."""
    sent = insert(CommandSyncRow).values(application_id=application_id, api_url=api_url, fingerprint=fingerprint)
    newest = sent.on_conflict_do_update(set_={"fingerprint": fingerprint})
    await database.write(lambda session: session.execute(newest))


async def synced_guilds(database: Database, application_id: int, api_url: str) -> dict[int, str]:
    """Return the last fingerprint sent for each server's own commands, by server."""
    sent = select(GuildCommandSyncRow).where(
        GuildCommandSyncRow.application_id == application_id, GuildCommandSyncRow.api_url == api_url
    )
    rows = await database.read(lambda session: session.scalars(sent).all())
    return {row.guild_id: row.fingerprint for row in rows}


async def remember_guild_sync(
    database: Database, application_id: int, api_url: str, guild_id: int, fingerprint: str
) -> None:
    """Store the fingerprint of the command set just sent to one server."""
    key = {"application_id": application_id, "api_url": api_url, "guild_id": guild_id}
    sent = insert(GuildCommandSyncRow).values(**key, fingerprint=fingerprint)
    newest = sent.on_conflict_do_update(set_={"fingerprint": fingerprint})
    await database.write(lambda session: session.execute(newest))
