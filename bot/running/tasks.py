"""The tasks that answer users, so that a stop can wait for them and then cut them short."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from tempera.bot.exceptions import StorageBusy

T = TypeVar("T")

STORAGE_TIMEOUT_SECONDS = 1.2  # for each of two steps before Discord, after 3 seconds, takes no answer any more
LAST_EDIT_SECONDS = 5.0  # for the last edit and the row of an answer that was cut short


class ActiveTasks:
    """Every task that answers a user, and the readings of text that may be cancelled under it."""

    def __init__(self) -> None:
        self.closing = False
        self._answers: set[asyncio.Task[Any]] = set()
        self._readings: set[asyncio.Task[None]] = set()

    def add_current(self) -> None:
        """Count the current task as an answer until it ends."""
        if task := asyncio.current_task():
            self._add(task)

    def _add(self, task: asyncio.Task[Any]) -> None:
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def with_storage_timeout(self, step: Coroutine[Any, Any, T]) -> T:
        """Return what a step of storage returns; raises StorageBusy when it takes too long, and takes it back."""
        # SQLite heeds no cancellation while it waits for a lock, so only a task of its own can be left behind.
        task = asyncio.create_task(step)
        self._add(task)
        try:
            done, _ = await asyncio.wait({task}, timeout=STORAGE_TIMEOUT_SECONDS)
        finally:
            task.cancel()
        if not done:
            raise StorageBusy
        return task.result()

    def read(self, text: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Start to read a text; a stop cancels only this, so that the answer can still be finished."""
        reading = asyncio.create_task(text)
        self._readings.add(reading)
        reading.add_done_callback(self._readings.discard)
        return reading

    async def finish(self, deadline_seconds: float) -> None:
        """Take no more answers, wait for the running ones, then cut short what is left."""
        self.closing = True
        with suppress(asyncio.CancelledError):  # a second Ctrl-C: don't wait any longer
            await self._wait(deadline_seconds)
        for reading in self._readings:
            reading.cancel()
        await self._wait(LAST_EDIT_SECONDS)
        for answer in self._answers:
            answer.cancel()
        await self._wait(LAST_EDIT_SECONDS)

    async def _wait(self, seconds: float) -> None:
        if self._answers:
            await asyncio.wait(self._answers, timeout=seconds)
