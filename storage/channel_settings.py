"""What admins set for threads, channels, categories and whole servers, keyed by server."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypedDict, Unpack

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from storage.database import Database
from storage.tables import ChannelSettingRow, GuildRow

SERVER = 0  # the scope of a whole server; its own id won't do: in old servers a channel bears it too


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeSettings:
    """Hold what one scope sets; None is inherited."""

    model: str | None = None
    temperature: float | None = None
    length: int | None = None
    enabled: bool | None = None


class Changes(TypedDict, total=False):
    """Name the settings to change; None gives one back to the wider scopes."""

    model: str | None
    temperature: float | None
    length: int | None
    enabled: bool | None


async def settings_of(database: Database, guild_id: int, scope_ids: Sequence[int]) -> dict[int, ScopeSettings]:
    """Return the settings of those scopes that have any, by scope."""
    wanted = select(ChannelSettingRow).where(
        ChannelSettingRow.guild_id == guild_id, ChannelSettingRow.scope_id.in_(scope_ids)
    )
    async with database.session() as session:
        rows = (await session.scalars(wanted)).all()
    names = [field.name for field in fields(ScopeSettings)]
    return {row.scope_id: ScopeSettings(**{name: getattr(row, name) for name in names}) for row in rows}


async def change(database: Database, guild_id: int, scope_id: int, **changes: Unpack[Changes]) -> None:
    """Set these settings of a scope and leave its others."""
    scope = {"guild_id": guild_id, "scope_id": scope_id}
    kept = insert(ChannelSettingRow).values(**scope, **changes)
    async with database.session.begin() as session:
        await session.execute(insert(GuildRow).values(id=guild_id).on_conflict_do_nothing())
        await session.execute(kept.on_conflict_do_update(set_=dict(changes)))


async def reset(database: Database, guild_id: int, scope_id: int) -> None:
    """Forget all settings of a scope."""
    forgotten = delete(ChannelSettingRow).where(
        ChannelSettingRow.guild_id == guild_id, ChannelSettingRow.scope_id == scope_id
    )
    async with database.session.begin() as session:
        await session.execute(forgotten)
