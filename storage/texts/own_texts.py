"""A user's own texts, newest first: a page of them, or those that hold some words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, RowMapping, Select, func, literal_column, select, text
from sqlalchemy.orm import Session

from tempera.storage.database import Database
from tempera.storage.file.word_index import INDEX, TRIGGERS
from tempera.storage.tables import GenerationRow
from tempera.storage.texts.history import Status

BEGINNING_CHARACTERS = 200  # of prompt and text, in a list
PREFIX_CHARACTERS = 3  # of a word that may go on: fewer begin too many words
# Scripts without spaces between words: Thai to Khmer, kana, Han, and what is above the basic plane of Han.
UNSEPARATED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnText:
    """The beginning of a text."""

    id: int
    created_at: datetime
    model: str
    params: Mapping[str, Any]
    status: Status
    prompt: str
    text: str


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """A page of texts, newest first, and whether there are others."""

    texts: tuple[OwnText, ...]
    has_newer: bool = False
    has_older: bool = False


async def own_texts(
    database: Database,
    user_id: int,
    words: str = "",
    *,
    size: int,
    older_than: int | None = None,
    newer_than: int | None = None,
) -> OwnTexts:
    """Return a page of a user's texts that hold all these words, the last of them perhaps only begun.

    older_than, newer_than: the id of a text beside the page.
    """

    def work(session: Session) -> OwnTexts:
        found = _holding(session, user_id, words)
        if newer_than is not None:
            rows = session.execute(found.where(GenerationRow.id > newer_than).order_by(GenerationRow.id).limit(size))
            page = tuple(map(_own_text, rows.mappings()))[::-1]
        else:
            limit = [] if older_than is None else [GenerationRow.id < older_than]
            rows = session.execute(found.where(*limit).order_by(GenerationRow.id.desc()).limit(size))
            page = tuple(map(_own_text, rows.mappings()))
        if not page:
            return OwnTexts(page)
        newer, older = found.where(GenerationRow.id > page[0].id), found.where(GenerationRow.id < page[-1].id)
        return OwnTexts(page, *(session.execute(each.limit(1)).first() is not None for each in (newer, older)))

    return await database.read(work)


def _own_text(row: RowMapping) -> OwnText:
    return OwnText(**(dict(row) | {"status": Status(row["status"])}))


def _holding(session: Session, user_id: int, words: str) -> Select[Any]:
    """Select a user's texts that hold these words."""
    row = GenerationRow
    beginnings = (func.substr(each, 1, BEGINNING_CHARACTERS).label(each.key) for each in (row.prompt, row.text))
    columns: list[Any] = [row.id, row.created_at, row.model, row.params, row.status, *beginnings]
    own: Select[Any] = select(*columns).where(row.user_id == user_id)
    if not words.split():
        return own
    if UNSEPARATED.search(words) or not _has_index(session):
        return own.where(*(_contains(word) for word in words.split()))
    matching = select(literal_column("rowid", Integer)).select_from(text(INDEX)).where(text(f"{INDEX} MATCH :match"))
    return own.where(row.id.in_(matching.params(match=match_expression(user_id, words))))


def _has_index(session: Session) -> bool:
    is_there = text("SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = :name")
    return session.scalar(is_there, {"name": next(iter(TRIGGERS))}) is not None


def _contains(word: str) -> ColumnElement[bool]:
    both = func.lower(GenerationRow.prompt + "\n" + GenerationRow.text)
    return func.instr(both, func.lower(word)) > 0


def match_expression(user_id: int, words: str) -> str:
    """Return the words as an expression of FTS5 in which nothing has a meaning of its own."""
    quoted = ['"' + word.replace('"', '""') + '"' for word in words.split()]
    if len(words.split()[-1]) >= PREFIX_CHARACTERS:
        quoted[-1] += " *"
    return f'user_id : "{user_id}" AND {{prompt text}} : ({" AND ".join(quoted)})'
