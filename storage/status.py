"""The size of the database, and whether it answers."""

from dataclasses import dataclass

from sqlalchemy import func, select, text

from tempera.storage.database import Database
from tempera.storage.tables import GenerationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseStatus:
    """The size of the database."""

    bytes: int
    generations: int


async def check_answers(database: Database) -> None:
    """Read a row; raises StorageUnavailable."""
    await database.read(lambda session: session.execute(select(GenerationRow.id).limit(1)).scalar())


async def database_status(database: Database) -> DatabaseStatus:
    """Return the current size of the database."""
    size = text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    count = select(func.count(GenerationRow.id))
    size_bytes, generations = await database.read(
        lambda session: (session.execute(size).scalar_one(), session.execute(count).scalar_one())
    )
    return DatabaseStatus(bytes=size_bytes, generations=generations)
