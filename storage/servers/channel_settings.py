"""What admins set for threads, channels, categories and whole servers, keyed by server."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypedDict, Unpack

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from tempera.storage.database import Database
from tempera.storage.tables import ChannelSettingRow, GuildRow

SERVER = 0  # scope id of a whole server; not the guild's id, which in old servers is also the id of a channel


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeSettings:
    """The settings of one scope; None and missing parameters are inherited."""

    model: str | None = None
    enabled: bool | None = None
    params: Mapping[str, Any] = field(default_factory=dict)  # sampling parameters by name


class Changes(TypedDict, total=False):
    """The settings to change; None clears one, so that the wider scope applies."""

    model: str | None
    enabled: bool | None
    params: Mapping[str, Any]  # by name; None clears one


async def settings_of(database: Database, guild_id: int, scope_ids: Sequence[int]) -> dict[int, ScopeSettings]:
    """Return the settings by scope id, of the scopes that have any."""
    wanted = select(ChannelSettingRow).where(
        ChannelSettingRow.guild_id == guild_id, ChannelSettingRow.scope_id.in_(scope_ids)
    )
    rows = await database.read(lambda session: session.scalars(wanted).all())
    names = [each.name for each in fields(ScopeSettings)]
    return {row.scope_id: ScopeSettings(**{name: getattr(row, name) for name in names}) for row in rows}


async def change(database: Database, guild_id: int, scope_id: int, **changes: Unpack[Changes]) -> None:
    """Change these settings of a scope and keep its others."""
    params = changes.get("params", {})
    given = changes | {"params": {name: value for name, value in params.items() if value is not None}}
    # A merge patch (RFC 7396) in one statement, so that no concurrent change is lost; null deletes a name.
    merged = changes | {"params": func.json_patch(ChannelSettingRow.params, json.dumps(params))}
    kept = insert(ChannelSettingRow).values(guild_id=guild_id, scope_id=scope_id, **given)

    def work(session: Session) -> None:
        session.execute(insert(GuildRow).values(id=guild_id).on_conflict_do_nothing())
        session.execute(kept.on_conflict_do_update(set_=merged))

    await database.write(work)


async def reset(database: Database, guild_id: int, scope_id: int) -> None:
    """Delete all settings of a scope."""
    forgotten = delete(ChannelSettingRow).where(
        ChannelSettingRow.guild_id == guild_id, ChannelSettingRow.scope_id == scope_id
    )
    await database.write(lambda session: session.execute(forgotten))
