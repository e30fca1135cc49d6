"""Texts on their way into their rows: kept in memory, and written until the database takes them."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from tempera.storage.database import Database
from tempera.storage.errors import RowRefused, StorageUnavailable
from tempera.storage.texts.history import Generation, Status, find_generation
from tempera.storage.texts.rows import DELETED, MESSAGE_ID, Changes, store_changes

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
PATIENCE_SECONDS = 0.2  # of whoever waits for a text to be stored
MAX_KEPT = 10_000  # texts in memory while the database takes none

log = logging.getLogger(__name__)


class UnsavedTexts:
    """What has changed in generations and isn't stored yet; one transaction stores all of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pending: dict[int, dict[str, Any]] = {}
        self._storing: dict[int, dict[str, Any]] = {}
        self._changed = asyncio.Event()
        self._tried = asyncio.Event()  # another one for each try to store
        self.failures = 0  # of transactions, since the start
        self.trouble: Exception | None = None  # why the last one failed

    def __len__(self) -> int:
        return len({*self._pending, *self._storing})

    @property
    def pending(self) -> Mapping[int, Changes]:
        """What isn't stored yet, by generation."""
        return self._pending

    def put(self, generation_id: int, **changes: Any) -> None:
        """Change columns of a generation and the id of its message, as soon as the database takes them."""
        unsaved = self._unsaved(generation_id)
        if unsaved.get(DELETED):
            return
        if _has_ended(unsaved):  # only its message can still become known
            changes = {name: value for name, value in changes.items() if name == MESSAGE_ID}
        if "status" in changes:
            changes["status"] = Status(changes["status"])
        if _has_ended(changes):
            changes.setdefault("finished_at", datetime.now(UTC))
        self._pending.setdefault(generation_id, {}).update(changes)
        if len(self._pending) > MAX_KEPT:
            lost = next(iter(self._pending))
            del self._pending[lost]
            log.error("Text %s is lost: the database has taken nothing for too long", lost)
        self._changed.set()

    def delete(self, generation_ids: Iterable[int]) -> None:
        """Delete generations, as soon as the database takes that; nothing else of them is kept until then."""
        self._pending.update({key: {DELETED: True} for key in generation_ids})
        self._changed.set()

    async def all_stored(self) -> None:
        """Wait until nothing that is unsaved now still is; raises what keeps the database from taking it."""
        for key in {*self._pending, *self._storing}:
            while self.is_unsaved(key):
                if self.trouble:
                    raise self.trouble
                await self.tried()

    def is_unsaved(self, generation_id: int) -> bool:
        """Whether anything of a generation isn't stored yet."""
        return bool(self._unsaved(generation_id))

    async def tried(self) -> None:
        """Wait for the next try to store everything, whatever comes of it."""
        await self._tried.wait()

    async def stored(self, generation_id: int) -> None:
        """Wait until nothing of a generation is unsaved, but not for long, and not while the database takes nothing."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while self.is_unsaved(generation_id) and not self.trouble:
                    await self.tried()

    async def find(self, generation_id: int) -> Generation | None:
        """Return a generation as it will be stored; raises StorageUnavailable."""
        found = await find_generation(self._database, generation_id)
        unsaved = self._unsaved(generation_id)
        if found is None or not unsaved:
            return found
        if unsaved.get(DELETED):
            return None
        return replace(found, **unsaved)

    def _unsaved(self, generation_id: int) -> dict[str, Any]:
        return _merged(self._storing.get(generation_id, {}), self._pending.get(generation_id, {}))

    async def keep_storing(self) -> None:
        """Store changes as they come, with growing pauses while the database takes none."""
        pause_seconds = FIRST_PAUSE_SECONDS
        while True:
            await self._changed.wait()
            try:
                await self.store()
            except Exception as error:
                self.trouble = error
                log.log(_level(pause_seconds), "Not stored yet, and kept in memory: %s (%s)", counted(len(self)), error)
                await asyncio.sleep(pause_seconds)
                pause_seconds = min(LONGEST_PAUSE_SECONDS, 2 * pause_seconds)
            else:
                if pause_seconds > FIRST_PAUSE_SECONDS:
                    log.info("The database takes texts again; none is missing")
                pause_seconds, self.trouble = FIRST_PAUSE_SECONDS, None

    async def store(self) -> None:
        """Store everything that has changed; raises StorageUnavailable and keeps what the database didn't take."""
        self._changed.clear()
        try:
            await self._store(list(self._pending))
        except Exception as error:
            if not _is_refusal(error):
                raise
            await self._store_one_by_one()

    async def _store_one_by_one(self) -> None:
        """Store each row alone: one that is refused must not keep the others from their rows."""
        for key in list(self._pending):
            try:
                await self._store([key])
            except Exception as error:
                if not _is_refusal(error):
                    raise
                del self._pending[key]
                log.error("Text %s is lost: its row is refused (%s)", key, type(error).__name__)

    async def _store(self, keys: Sequence[int]) -> None:
        self._storing = {key: self._pending.pop(key) for key in keys}
        stored = False
        try:
            await self._database.write(partial(store_changes, self._storing), patience_seconds=None)
            stored = True
        finally:
            if not stored:
                self.failures += 1
                self._pending = {
                    key: _merged(self._storing[key], self._pending.pop(key, {})) for key in keys
                } | self._pending
                self._changed.set()
            self._storing = {}
            self._tried.set()
            self._tried = asyncio.Event()


def counted(number: int) -> str:
    """Return a number of texts in words."""
    return f"{number} text{'' if number == 1 else 's'}"


def _merged(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return changes and later ones; of what is deleted, nothing else is kept."""
    return after if after.get(DELETED) else before | after


def _has_ended(changes: Changes) -> bool:
    return changes.get("status", Status.RUNNING) is not Status.RUNNING


def _is_refusal(error: Exception) -> bool:
    """Whether an error is about a row and will be the same next time, not about the state of the database."""
    return isinstance(error, RowRefused) or not isinstance(error, StorageUnavailable)


def _level(pause_seconds: float) -> int:
    return logging.WARNING if pause_seconds == FIRST_PAUSE_SECONDS else logging.DEBUG
