"""The answers that are being written now, so that a stop can wait for them and then cut them short."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

LAST_EDIT_SECONDS = 5.0  # for the last edit and the row of an answer that was cut short


class RunningAnswers:
    """Every task that answers a user, and the readings of text that may be cancelled under it."""

    def __init__(self) -> None:
        self.closing = False
        self._answers: set[asyncio.Task[object]] = set()
        self._readings: set[asyncio.Task[None]] = set()

    def add_current_task(self) -> None:
        """Count the current task as an answer until it ends."""
        if task := asyncio.current_task():
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

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
