"""What deleted rows leave behind: words in the index of a search, and pages in the write-ahead log."""

import asyncio
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from tempera.storage.database import Database
from tempera.storage.file.word_index import INDEX

PAGES = 500  # of the index, in one transaction
TRIES, PAUSE_SECONDS = 20, 0.25  # while others read, as a backup does

HAS_WORDS = text("SELECT 1 FROM sqlite_schema WHERE name = :name").bindparams(name=INDEX)
CHANGES = text("SELECT total_changes()")
MERGE = text(f"INSERT INTO {INDEX}({INDEX}, rank) VALUES ('merge', :pages)")  # noqa: S608 - a fixed name


async def erase_traces(database: Database) -> bool:
    """Remove what deleted rows left in the database's files; return whether that was possible."""
    await merge_words(database)
    for _ in range(TRIES):
        if await database.truncate_log():
            return True
        await asyncio.sleep(PAUSE_SECONDS)
    return False


async def merge_words(database: Database) -> None:
    """Merge the index of words, which until then keeps those of deleted texts, in short transactions."""
    await database.write(partial(_merge, -PAGES), patience_seconds=None)  # negative: all of it, from here on
    while await database.write(partial(_merge, PAGES), patience_seconds=None):
        pass


def _merge(pages: int, session: Session) -> bool:
    """Merge some pages; return whether there may be more (sqlite.org/fts5.html#the_merge_command)."""
    if session.scalar(HAS_WORDS) is None:
        return False
    before = session.scalar(CHANGES) or 0
    session.execute(MERGE, {"pages": pages})
    return (session.scalar(CHANGES) or 0) - before >= 2
