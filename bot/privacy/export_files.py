"""Everything that is stored about a user as files to attach: one of JSON, or if that is long, ZIPs of several."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import discord

from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.storage.database import Database
from tempera.storage.privacy import COVERED, Covered, Row, export_of

NAME = "tempera-data"
DOCUMENT_BYTES = 1_000_000  # about; of one JSON document
DOCUMENTS_IN_LIMIT = 4  # at least, even if nothing can be compressed
ZIP_BYTES = 1_000  # more than a ZIP adds to a document


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to attach."""

    name: str
    content: bytes


class _Zip:
    """A ZIP that grows in memory."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()
        self._zip = zipfile.ZipFile(self._buffer, "w", zipfile.ZIP_DEFLATED)

    def has_room(self, document: bytes, limit_bytes: int) -> bool:
        """Whether a document fits, also if it can't be compressed."""
        return self._buffer.tell() + len(document) + ZIP_BYTES * (1 + len(self._zip.namelist())) <= limit_bytes

    def add(self, number: int, document: bytes) -> None:
        """Compress a document."""
        self._zip.writestr(f"{NAME}-{number}.json", document)

    def content(self) -> bytes:
        """Return the whole file; nothing can be added any more."""
        self._zip.close()
        return self._buffer.getvalue()


async def export_files(
    database: Database, user_id: int, limit_bytes: int, covered: Iterable[Covered] = COVERED
) -> AsyncGenerator[ExportFile, None]:
    """Yield files of at most this size as they are ready; none if nothing is stored. Raises StorageUnavailable."""
    documents = _documents(database, user_id, covered, min(DOCUMENT_BYTES, limit_bytes // DOCUMENTS_IN_LIMIT))
    first, second = await anext(documents, None), await anext(documents, None)
    if first is not None and second is None:
        yield ExportFile(f"{NAME}.json", first)
    elif first is not None and second is not None:
        async for each in _zipped(first, second, documents, limit_bytes):
            yield each


async def send_export(
    resources: Resources,
    interaction: Interaction,
    introduction: Callable[[int, str], str],
    nothing: Callable[[str], str],
    covered: Iterable[Covered] = COVERED,
) -> None:
    """Send a user what is stored about them privately, in as many files as Discord's limit takes.

    introduction: of a file, counted from 1, in a language. nothing: what is said if there is none.
    """
    user_id, locale, number = interaction.user.id, locale_of(interaction), 0
    with resources.clicks.only_once((user_id, "export")):
        await interaction.response.defer(ephemeral=True, thinking=True)
        await resources.texts.all_stored()  # what is on its way into a row
        found = export_files(resources.database, user_id, interaction.filesize_limit, covered)
        async with aclosing(found) as files:
            async for each in files:
                number += 1
                file = discord.File(io.BytesIO(each.content), each.name)
                await interaction.followup.send(introduction(number, locale), file=file, ephemeral=True)
        if not number:
            await interaction.followup.send(nothing(locale), ephemeral=True)


async def _zipped(
    first: bytes, second: bytes, others: AsyncGenerator[bytes, None], limit_bytes: int
) -> AsyncGenerator[ExportFile, None]:
    packed, number, files = _Zip(), 2, 1
    for index, document in enumerate((first, second), 1):
        await asyncio.to_thread(packed.add, index, document)
    async for document in others:
        if not packed.has_room(document, limit_bytes):
            yield ExportFile(f"{NAME}-{files}.zip", packed.content())
            packed, files = _Zip(), files + 1
        number += 1
        await asyncio.to_thread(packed.add, number, document)
    yield ExportFile(f"{NAME}-{files}.zip", packed.content())


async def _documents(
    database: Database, user_id: int, covered: Iterable[Covered], limit_bytes: int
) -> AsyncGenerator[bytes, None]:
    """Yield JSON documents of about this size, each whole in itself."""
    tables: dict[str, list[Row]] = {}
    size = number = 0
    async for table, rows in export_of(database, user_id, covered):
        for row in rows:
            row_bytes = len(json.dumps(row, ensure_ascii=False, indent=2).encode())
            if size and size + row_bytes > limit_bytes:
                number += 1
                yield await asyncio.to_thread(_document, user_id, number, tables)
                tables, size = {}, 0
            tables.setdefault(table, []).append(row)
            size += row_bytes
    if tables:
        yield await asyncio.to_thread(_document, user_id, number + 1, tables)


def _document(user_id: int, number: int, tables: dict[str, list[Row]]) -> bytes:
    about: dict[str, Any] = {
        "user_id": str(user_id),
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "part": number,
        "tables": tables,
    }
    return json.dumps(about, ensure_ascii=False, indent=2).encode()
