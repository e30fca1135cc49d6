"""The shared presets that a server has pinned: buttons under every answer there."""

from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tempera.storage.database import Database
from tempera.storage.errors import PinLimitReached
from tempera.storage.presets import Preset, preset_name, stored_preset, unknown_preset
from tempera.storage.tables import PresetRow


async def pin_preset(database: Database, guild_id: int, name: str, limit: int) -> None:
    """Pin a shared preset, unless it is; raises UnknownPreset, PinLimitReached."""
    await _set(database, guild_id, name, datetime.now(UTC), limit)


async def unpin_preset(database: Database, guild_id: int, name: str) -> None:
    """Unpin a shared preset, if it is pinned; raises UnknownPreset."""
    await _set(database, guild_id, name, None)


async def _set(database: Database, guild_id: int, name: str, pinned_at: datetime | None, limit: int = 0) -> None:
    shared = (PresetRow.guild_id == guild_id, PresetRow.name == preset_name(name))
    count = select(func.count()).where(PresetRow.guild_id == guild_id, PresetRow.pinned_at.is_not(None))

    def work(session: Session) -> bool:
        changed = update(PresetRow).where(*shared).values(pinned_at=pinned_at).returning(PresetRow.id)
        found = session.scalar(changed) is not None
        if pinned_at and (session.scalar(count) or 0) > limit:
            raise PinLimitReached(limit)
        return found

    if not await database.write(work):
        raise await unknown_preset(database, None, guild_id, name)


async def pinned_presets(database: Database, guild_id: int) -> list[Preset]:
    """Return a server's pinned presets, the first pinned first."""
    pinned = select(PresetRow).where(PresetRow.guild_id == guild_id, PresetRow.pinned_at.is_not(None))
    ordered = pinned.order_by(PresetRow.pinned_at)
    return await database.read(lambda session: [stored_preset(row) for row in session.scalars(ordered)])


async def shared_preset(database: Database, guild_id: int, preset_id: int) -> Preset | None:
    """Return the preset with this id, if the server shares it."""
    wanted = select(PresetRow).where(PresetRow.id == preset_id, PresetRow.guild_id == guild_id)
    row = await database.read(lambda session: session.scalar(wanted))
    return stored_preset(row) if row else None
