"""Storing texts for as long as the bot runs, and what an earlier run had to leave in a file."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from tempera.storage.database import Database
from tempera.storage.errors import StorageUnavailable
from tempera.storage.failures import opening
from tempera.storage.texts.leftovers import read_leftovers, write_leftovers
from tempera.storage.texts.unsaved import UnsavedTexts, counted

LAST_TRY_SECONDS = 1.0  # when the bot stops

log = logging.getLogger(__name__)


@asynccontextmanager
async def storing_texts(database: Database, leftovers: Path) -> AsyncIterator[UnsavedTexts]:
    """Store texts until the block ends; what the database still refuses then waits in a file for the next start."""
    texts = UnsavedTexts(database)
    with opening(leftovers):
        found = await asyncio.to_thread(read_leftovers, leftovers)
    for key, changes in found.items():
        texts.put(key, **changes)
    if found:
        await _store_leftovers(texts, leftovers)
    storing = asyncio.create_task(texts.keep_storing())
    dropping = asyncio.create_task(_drop_leftovers(texts, found, leftovers))
    try:
        yield texts
    finally:
        for task in (storing, dropping):
            task.cancel()
        await asyncio.wait({storing, dropping})
        await _store_the_rest(texts, leftovers)


async def _store_leftovers(texts: UnsavedTexts, leftovers: Path) -> None:
    """Store what an earlier run couldn't; what is refused again stays in memory and in the file."""
    try:
        await texts.store()
    except StorageUnavailable as error:
        log.error("The texts in %s are not stored yet: %s", leftovers, error)
    else:
        log.info("The texts that an earlier run could not store are stored now")


async def _drop_leftovers(texts: UnsavedTexts, found: Collection[int], leftovers: Path) -> None:
    """Delete the file once all of it is stored: a text that is deleted after that must not stay in it."""
    while any(map(texts.is_unsaved, found)):
        await texts.tried()
    if found:
        await _delete(leftovers)


async def _store_the_rest(texts: UnsavedTexts, leftovers: Path) -> None:
    try:
        if texts:
            async with asyncio.timeout(LAST_TRY_SECONDS):
                await texts.store()
    except (StorageUnavailable, TimeoutError) as error:
        await _leave(texts, leftovers, str(error) or "it took too long")
    else:
        await _delete(leftovers)


async def _delete(leftovers: Path) -> None:
    try:
        await asyncio.to_thread(leftovers.unlink, missing_ok=True)
    except OSError as error:
        log.error("%s holds texts that are stored, and can't be deleted: %s", leftovers, error)


async def _leave(texts: UnsavedTexts, leftovers: Path, reason: str) -> None:
    lost = counted(len(texts))
    try:
        await asyncio.to_thread(write_leftovers, leftovers, texts.pending)
    except OSError as error:
        log.error("Lost: the end of %s. Neither the database took it (%s) nor the disk: %s", lost, reason, error)
    else:
        log.warning("The database didn't take %s (%s); %s keeps them for the next start", lost, reason, leftovers)
