"""Presets: each user's own, and the copies that servers share."""

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from tempera.storage.database import Database
from tempera.storage.errors import PresetLimitReached, PresetNameTaken, UnknownPreset
from tempera.storage.tables import GuildRow, PresetRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetValues:
    """What a preset sets; None and missing parameters are left to other settings."""

    model: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)  # sampling parameters by name
    opening: str = ""  # inserted before every prompt
    language: str | None = None  # its code
    description: str = ""  # what it is for


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset(PresetValues):
    """A stored preset."""

    id: int
    name: str
    owner_id: int  # of a shared preset: the user who shared it
    guild_id: int | None  # the server that shares it; None for a user's own
    uses: int
    pinned_at: datetime | None = None  # a button under every answer in its server since then

    @property
    def values(self) -> PresetValues:
        """What it sets, without its owner."""
        return PresetValues(**{each.name: getattr(self, each.name) for each in fields(PresetValues)})


def preset_name(typed: str) -> str:
    """Return the normalized form of a name: lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFC", typed).lower().split())


async def save_preset(database: Database, user_id: int, name: str, values: PresetValues, limit: int) -> Preset:
    """Store a user's new preset; raises PresetNameTaken, PresetLimitReached."""
    return await _add(database, _row(user_id, None, name, values), limit)


async def share_preset(database: Database, user_id: int, guild_id: int, name: str, limit: int) -> Preset:
    """Store a server's copy of a user's preset; raises UnknownPreset, PresetNameTaken, PresetLimitReached.

    It is a copy, so that only members who may share can change what the server sees.
    """
    own = await own_preset(database, user_id, name)
    return await _add(database, _row(user_id, guild_id, own.name, own.values), limit)


async def change_preset(database: Database, preset: Preset, values: PresetValues) -> None:
    """Change a preset's values; raises UnknownPreset if it was deleted meanwhile."""
    changed = update(PresetRow).where(PresetRow.id == preset.id).values(**asdict(values))
    found = await database.write(lambda session: session.scalar(changed.returning(PresetRow.id)))
    if found is None:
        raise await unknown_preset(database, preset.owner_id, preset.guild_id, preset.name)


async def delete_preset(database: Database, user_id: int, name: str) -> None:
    """Delete a user's own preset; raises UnknownPreset."""
    if not await _delete(database, and_(_own(user_id), PresetRow.name == preset_name(name))):
        raise await unknown_preset(database, user_id, None, name)


async def unshare_preset(database: Database, guild_id: int, name: str) -> None:
    """Delete the server's preset with this name; raises UnknownPreset."""
    if not await _delete(database, and_(PresetRow.guild_id == guild_id, PresetRow.name == preset_name(name))):
        raise await unknown_preset(database, None, guild_id, name)


async def own_preset(database: Database, user_id: int, name: str) -> Preset:
    """Return a user's own preset; raises UnknownPreset."""
    found = await find_preset(database, user_id, None, name)
    if found is None:
        raise await unknown_preset(database, user_id, None, name)
    return found


async def find_preset(database: Database, user_id: int, guild_id: int | None, name: str) -> Preset | None:
    """Return the user's own preset with this name, else the one that the server shares."""
    wanted = select(PresetRow).where(PresetRow.name == preset_name(name), _reachable(user_id, guild_id))
    row = await database.read(lambda session: session.scalar(wanted))
    return stored_preset(row) if row else None


async def ranked_presets(
    database: Database, user_id: int | None, guild_id: int | None, typed: str = "", limit: int = 25
) -> list[Preset]:
    """Return the presets that a user can use and whose name contains what was typed, most used first.

    Without a user, only those that the server shares; without a server, only the user's own.
    """
    place = func.instr(PresetRow.name, preset_name(typed))
    ranking = (PresetRow.uses.desc(), place, PresetRow.name)
    wanted = select(PresetRow).where(place > 0, _reachable(user_id, guild_id)).order_by(*ranking).limit(limit)
    return await database.read(lambda session: [stored_preset(row) for row in session.scalars(wanted)])


async def count_use(database: Database, preset_id: int) -> None:
    """Count one more use of the preset."""
    used = update(PresetRow).where(PresetRow.id == preset_id).values(uses=PresetRow.uses + 1)
    await database.write(lambda session: session.execute(used))


async def _add(database: Database, row: PresetRow, limit: int) -> Preset:
    """Insert the row, then count: the insert locks out other writers, so concurrent ones can't exceed the limit."""
    shared = row.guild_id is not None
    beside = _shared(row.guild_id) if row.guild_id is not None else _own(row.owner_id)

    def work(session: Session) -> None:
        if shared:
            session.execute(insert(GuildRow).values(id=row.guild_id).on_conflict_do_nothing())
        session.add(row)
        try:
            session.flush()
        except IntegrityError as error:
            raise PresetNameTaken(row.name, shared=shared) from error
        count = session.scalar(select(func.count()).select_from(PresetRow).where(beside))
        if count and count > limit:
            raise PresetLimitReached(limit, shared=shared)

    await database.write(work)
    return stored_preset(row)


async def _delete(database: Database, which: ColumnElement[bool]) -> bool:
    deleted = delete(PresetRow).where(which).returning(PresetRow.id)
    return bool(await database.write(lambda session: session.scalars(deleted).all()))


async def unknown_preset(database: Database, user_id: int | None, guild_id: int | None, name: str) -> UnknownPreset:
    """Return the error about a name, with those that there are."""
    known = await ranked_presets(database, user_id, guild_id)
    return UnknownPreset(preset_name(name), tuple(preset.name for preset in known))


def _own(user_id: int | None) -> ColumnElement[bool]:
    return and_(PresetRow.owner_id == user_id, PresetRow.guild_id.is_(None))


def _shared(guild_id: int | None) -> ColumnElement[bool]:
    # "== None" becomes IS NULL, which alone would select every user's own presets.
    return and_(PresetRow.guild_id == guild_id, PresetRow.guild_id.is_not(None))


def _reachable(user_id: int | None, guild_id: int | None) -> ColumnElement[bool]:
    """Select the user's own presets, and those of the server whose name isn't taken by one of them."""
    own = aliased(PresetRow)
    hidden = select(own.id).where(own.owner_id == user_id, own.guild_id.is_(None), own.name == PresetRow.name).exists()
    return or_(_own(user_id), and_(_shared(guild_id), ~hidden))


def _row(owner_id: int, guild_id: int | None, name: str, values: PresetValues) -> PresetRow:
    return PresetRow(owner_id=owner_id, guild_id=guild_id, name=preset_name(name), uses=0, **asdict(values))


def stored_preset(row: PresetRow) -> Preset:
    """Return a row as a plain value."""
    return Preset(**{each.name: getattr(row, each.name) for each in fields(Preset)})
