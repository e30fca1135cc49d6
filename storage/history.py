"""Every generated text with its request, stored from the moment it starts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Update, update

from tempera.storage.database import Database
from tempera.storage.tables import AnswerMessageRow, GenerationRow


class Status(StrEnum):
    """The state of a generation; only a running one changes."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGeneration:
    """Who requests a text, and everything needed to generate the same text again."""

    user_id: int
    guild_id: int | None
    channel_id: int | None
    model: str
    model_sha256: str
    arithmetic: str
    prompt: str
    params: Mapping[str, Any]  # sampling parameters by name
    first_draw: int = 0
    private: bool = False
    parent_id: int | None = None
    language: str | None = None  # its code; None: not detected yet, or the model's only one


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation(NewGeneration):
    """A stored generation; times are UTC."""

    id: int
    status: Status
    text: str
    created_at: datetime
    finished_at: datetime | None
    first_piece_seconds: float | None
    seconds: float | None


def new_row(new: NewGeneration) -> GenerationRow:
    """Return the row of a generation that starts now."""
    return GenerationRow(**asdict(new), status=Status.RUNNING, text="", created_at=datetime.now(UTC))


async def save_text(
    database: Database, generation_id: int, text: str, *, language: str | None = None, arithmetic: str
) -> None:
    """Store the text so far of a running generation, its language and its arithmetic."""
    so_far = running().where(GenerationRow.id == generation_id)
    async with database.writing() as session:
        await session.execute(so_far.values(text=text, language=language, arithmetic=arithmetic))


async def finish_generation(
    database: Database,
    generation_id: int,
    status: Status,
    text: str,
    *,
    language: str | None = None,
    arithmetic: str,
    first_piece_seconds: float | None,
    seconds: float,
) -> None:
    """Close a running generation with its complete text; one that is already closed stays unchanged."""
    outcome = (
        running()
        .where(GenerationRow.id == generation_id)
        .values(
            status=status,
            text=text,
            language=language,
            arithmetic=arithmetic,
            finished_at=datetime.now(UTC),
            first_piece_seconds=first_piece_seconds,
            seconds=seconds,
        )
    )
    async with database.writing() as session:
        await session.execute(outcome)


async def close_interrupted(database: Database) -> int:
    """Mark generations that a crash left running as failed, keeping their texts; return their number."""
    failed = running().values(status=Status.FAILED, finished_at=datetime.now(UTC))
    async with database.writing() as session:
        closed = await session.scalars(failed.returning(GenerationRow.id))
        return len(closed.all())


async def find_generation(database: Database, generation_id: int) -> Generation | None:
    """Return the generation with this id, if there is one."""
    async with database.reading() as session:
        row = await session.get(GenerationRow, generation_id)
    if row is None:
        return None
    values = {field.name: getattr(row, field.name) for field in fields(Generation)}
    return Generation(**values | {"status": Status(row.status)})


def running() -> Update:
    """Return an update of all running rows."""
    return update(GenerationRow).where(GenerationRow.status == Status.RUNNING)


async def save_message_id(database: Database, generation_id: int, message_id: int) -> None:
    """Store which message shows a generation."""
    async with database.writing() as session:
        session.add(AnswerMessageRow(generation_id=generation_id, message_id=message_id))


async def message_id_of(database: Database, generation_id: int) -> int | None:
    """Return the id of the message that shows a generation, None if it is not known."""
    async with database.reading() as session:
        row = await session.get(AnswerMessageRow, generation_id)
    return row.message_id if row else None
