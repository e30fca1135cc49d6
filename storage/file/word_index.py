"""An index of the words in all texts that have ended, kept by SQLite's FTS5 (sqlite.org/fts5.html).

It can be made anew from the texts at any time: it comes and goes with the file when SQLite has no FTS5.
"""

# ruff: noqa: S608 - all names are fixed
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

INDEX = "generation_words"
COLUMNS = "user_id, prompt, text"
NEW, OLD = (", ".join(f"{row}.{column}" for column in ("id", *COLUMNS.split(", "))) for row in ("new", "old"))
# The user's id is indexed, too, so that a word is looked up among one user's texts alone.
CREATE = f"""CREATE VIRTUAL TABLE {INDEX} USING fts5(
    {COLUMNS}, content='generations', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
)"""
ADD = f"INSERT INTO {INDEX}(rowid, {COLUMNS}) "
REMOVE = f"INSERT INTO {INDEX}({INDEX}, rowid, {COLUMNS}) VALUES ('delete', {OLD})"
FILL = f"{ADD} SELECT id, {COLUMNS} FROM generations WHERE status <> 'running'"
# A text is indexed once it has ended: one that grows would be indexed at every step.
TRIGGERS = {
    f"{INDEX}_added": f"AFTER INSERT ON generations WHEN new.status <> 'running' BEGIN {ADD} VALUES ({NEW}); END",
    f"{INDEX}_ended": "AFTER UPDATE OF status ON generations WHEN old.status = 'running' AND new.status <> 'running' "
    f"BEGIN {ADD} VALUES ({NEW}); END",
    f"{INDEX}_changed": f"AFTER UPDATE OF {COLUMNS} ON generations WHEN old.status <> 'running' "
    f"BEGIN {REMOVE}; {ADD} VALUES ({NEW}); END",
    f"{INDEX}_removed": f"AFTER DELETE ON generations WHEN old.status <> 'running' BEGIN {REMOVE}; END",
}

log = logging.getLogger(__name__)


def prepare_word_index(path: Path, *, is_available: bool | None = None) -> None:
    """Make the index unless it is there; without FTS5, take away the triggers, which would fail with every text.

    is_available: whether there is FTS5; None: SQLite is asked.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        if not (has_fts5(connection) if is_available is None else is_available):
            log.warning("This SQLite has no FTS5: /history search reads through a user's texts, which takes longer")
            _drop_triggers(connection)
        elif not has_word_index(connection):
            log.info("Indexing the words of all texts for /history search")
            _make(connection)
        connection.execute("COMMIT")


def has_fts5(connection: sqlite3.Connection) -> bool:
    """Whether SQLite was built with FTS5."""
    return bool(connection.execute("SELECT count(*) FROM pragma_module_list WHERE name = 'fts5'").fetchone()[0])


def has_word_index(connection: sqlite3.Connection) -> bool:
    """Whether the index is there, and kept up to date."""
    triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    return {name for (name,) in triggers} >= TRIGGERS.keys()


def _drop_triggers(connection: sqlite3.Connection) -> None:
    for name in TRIGGERS:
        connection.execute(f"DROP TRIGGER IF EXISTS {name}")


def _make(connection: sqlite3.Connection) -> None:
    connection.execute(f"DROP TABLE IF EXISTS {INDEX}")
    connection.execute(CREATE)
    if sqlite3.sqlite_version_info >= (3, 42):  # deleted words leave the file at once
        connection.execute(f"INSERT INTO {INDEX}({INDEX}, rank) VALUES ('secure-delete', 1)")
    connection.execute(FILL)
    for name, definition in TRIGGERS.items():
        connection.execute(f"CREATE TRIGGER {name} {definition}")
