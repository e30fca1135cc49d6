"""The tasks that answer users: a shutdown waits for them, then cancels them."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

LAST_EDIT_SECONDS = 2.0  # for the last edit of an answer that was interrupted
GIVING_UP_SECONDS = 0.5

log = logging.getLogger(__name__)


class ActiveTasks:
    """All tasks that answer users, and the tasks that read their texts, which can be cancelled separately."""

    def __init__(self) -> None:
        self.closing = False
        self._answers: set[asyncio.Task[Any]] = set()
        self._readings: set[asyncio.Task[None]] = set()

    def add_current(self) -> None:
        """Register the current task as an answer until it ends."""
        if task := asyncio.current_task():
            self._add(task)

    def _add(self, task: asyncio.Task[Any]) -> None:
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    def read(self, text: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Start reading a text; stopping cancels only this task, so that the answer can still be finished."""
        reading = asyncio.create_task(text)
        self._readings.add(reading)
        reading.add_done_callback(self._readings.discard)
        return reading

    async def finish(self, deadline_seconds: float) -> None:
        """Accept no more answers, wait for the running ones until the deadline, then cancel what is left."""
        self.closing = True
        if self._answers:
            log.info("Stopping: texts in progress get %g seconds", deadline_seconds)
        with suppress(asyncio.CancelledError):  # a second signal: don't wait any longer
            await self._wait(deadline_seconds)
        for reading in self._readings:
            reading.cancel()
        await self._wait(LAST_EDIT_SECONDS)
        for answer in self._answers:
            answer.cancel()
        await self._wait(GIVING_UP_SECONDS)

    async def _wait(self, seconds: float) -> None:
        if self._answers:
            await asyncio.wait(self._answers, timeout=seconds)
