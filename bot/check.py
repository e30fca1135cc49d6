"""Look over settings, models and database without starting or changing anything."""

from importlib.resources import files
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from bot.settings import load_settings
from models.library import Library
from storage.database import sqlite_file
from storage.errors import DatabaseUnusable
from storage.migrate import checked_revision


def check(config: Path) -> str:
    """Return a short summary; raises what `python -m bot` would stop at."""
    settings = load_settings(config)
    library = Library(settings.models.folder)
    cards = [library.card(name) for name in library.names()]
    return "\n".join(
        (
            f"settings: {config.absolute()}",
            *(f"model: {card.name}, {card.parameters:,} parameters" for card in cards),
            f"database: {_database(settings.storage.url)}",
            "All is well.",
        )
    )


def _database(url: str) -> str:
    """Say where the database is and whether a start would upgrade it; it is only read."""
    location = sqlite_file(url)
    path = Path(location.database or "")
    if not path.exists():
        return f"{path}, made at the first start"
    read_only = location.set(database=f"file:{path}", query={"mode": "ro", "uri": "true"})
    scripts = ScriptDirectory(str(files("storage") / "migrations"))
    try:
        with create_engine(read_only, poolclass=NullPool).connect() as connection:
            current = checked_revision(connection, scripts) == scripts.get_current_head()
    except DBAPIError as error:
        raise DatabaseUnusable(url, str(error.orig)) from error
    return f"{path}{'' if current else ', upgraded at the next start'}"
