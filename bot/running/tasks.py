"""The answers that are being written now, so that a stop can wait for them and then cut them short."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Hashable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import discord

from bot.running.limits import Turns

Stop = Callable[[discord.Interaction[discord.Client]], None]

MAX_FORMS = 10_000  # open at the same time
T = TypeVar("T")

REFUSABLE_SECONDS = 1.2  # for each of two steps before Discord, after 3 seconds, takes no answer any more
LAST_EDIT_SECONDS = 5.0  # for the last edit and the row of an answer that was cut short


class ClickRunning(Exception):
    """The same person has clicked the same button already, and its answer is still on the way."""


class StorageBusy(Exception):
    """The database takes too long for what comes before the first answer."""


class RunningAnswers:
    """Every task that answers a user, and the readings of text that may be cancelled under it."""

    def __init__(self) -> None:
        self.closing = False
        self.turns = Turns()
        self.stops: dict[int, Stop] = {}  # by generation: cut it short through a click
        self.forms: deque[str] = deque(maxlen=MAX_FORMS)  # custom ids, of those opened since the start
        self._clicks: set[Hashable] = set()
        self._answers: set[asyncio.Task[Any]] = set()
        self._readings: set[asyncio.Task[None]] = set()

    def add_current_task(self) -> None:
        """Count the current task as an answer until it ends."""
        if task := asyncio.current_task():
            self._add(task)

    def _add(self, task: asyncio.Task[Any]) -> None:
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def in_time(self, step: Coroutine[Any, Any, T]) -> T:
        """Return what a step of storage returns; raises StorageBusy when it takes too long, and takes it back."""
        # SQLite heeds no cancellation while it waits for a lock, so only a task of its own can be left behind.
        task = asyncio.create_task(step)
        self._add(task)
        try:
            done, _ = await asyncio.wait({task}, timeout=REFUSABLE_SECONDS)
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

    @contextmanager
    def stoppable(self, generation_id: int, stop: Stop) -> Iterator[None]:
        """Let a click stop this text until the block ends."""
        self.stops[generation_id] = stop
        try:
            yield
        finally:
            del self.stops[generation_id]

    @contextmanager
    def only_once(self, click: Hashable) -> Iterator[None]:
        """Let nobody do the same until the block ends; raises ClickRunning."""
        if click in self._clicks:
            raise ClickRunning
        self._clicks.add(click)
        try:
            yield
        finally:
            self._clicks.discard(click)

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
