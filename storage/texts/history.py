"""Every generated text with its request, stored from the moment it starts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Update, bindparam, select, update
from sqlalchemy.orm import Session

from tempera.storage.database import Database
from tempera.storage.tables import AnswerMessageRow, GenerationRow

FOUND = (
    select(GenerationRow.__table__, AnswerMessageRow.message_id)
    .outerjoin(AnswerMessageRow, AnswerMessageRow.generation_id == GenerationRow.id)
    .where(GenerationRow.id == bindparam("id"))
)


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
    comparison_id: int | None = None  # shared by texts that are compared


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
    message_id: int | None  # of the message that shows it, if it is known


def new_values(new: NewGeneration) -> dict[str, Any]:
    """Return the row of a generation that starts now, by column."""
    return asdict(new) | {"status": Status.RUNNING, "text": "", "created_at": datetime.now(UTC)}


async def close_interrupted(database: Database) -> int:
    """Mark generations that a crash left running as failed, keeping their texts; return their number."""
    failed = running().values(status=Status.FAILED, finished_at=datetime.now(UTC)).returning(GenerationRow.id)
    return len(await database.write(lambda session: session.scalars(failed).all(), patience_seconds=None))


async def find_generation(database: Database, generation_id: int) -> Generation | None:
    """Return the generation with this id, if there is one."""

    return await database.read(lambda session: _find(session, generation_id))


def _find(session: Session, generation_id: int) -> Generation | None:
    found = session.connection().execute(FOUND, {"id": generation_id}).mappings().one_or_none()
    return Generation(**{**found, "status": Status(found["status"])}) if found else None


async def find_shown(database: Database, message_id: int) -> int | None:
    """Return the id of the first generation that a message shows, None if it shows none."""
    shown = select(AnswerMessageRow.generation_id).where(AnswerMessageRow.message_id == message_id)
    return await database.read(lambda session: session.scalar(shown.order_by(AnswerMessageRow.generation_id).limit(1)))


async def find_compared(database: Database, comparison_id: int) -> list[Generation]:
    """Return the generations that are compared, in the order in which they were requested."""
    compared = select(GenerationRow.id).where(GenerationRow.comparison_id == comparison_id).order_by(GenerationRow.id)

    def work(session: Session) -> list[Generation]:
        return [found for key in session.scalars(compared) if (found := _find(session, key))]

    return await database.read(work)


def running() -> Update:
    """Return an update of all running rows."""
    return update(GenerationRow).where(GenerationRow.status == Status.RUNNING)
