"""One answer: a text on its way to one message, edited as it grows, and to one row."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import aiohttp
import discord

from bot.answers.message import Message
from bot.replies import answer as replies
from bot.replies.answer import Reply, Subject
from bot.resources import Resources
from models.engine.stream import TextStream
from storage import history
from storage.errors import StorageUnavailable
from storage.history import Status

READING_SECONDS = 14 * 60  # an interaction can be answered for 15 minutes; the last edit needs some of them

log = logging.getLogger(__name__)


class Answer:
    """A text that is read from the engine, shown, and kept in its row."""

    def __init__(
        self,
        resources: Resources,
        subject: Subject,
        stream: TextStream,
        message: Message,
        *,
        row: int,
        submitted_at: float,
    ) -> None:
        self._resources = resources
        self._generation = resources.settings.generation
        self._asked = subject
        self._stream = stream
        self._message = message
        self._row = row
        self._text = ""
        self._cut_short = replies.RESTARTING  # what is said when the reading is cancelled
        self._submitted_at = submitted_at  # of time.monotonic()

    @property
    def _subject(self) -> Subject:
        """What the answer is about, with the language once it is known."""
        return replace(self._asked, language=self._stream.language)

    async def write(self, *, private: bool) -> None:
        """Defer, then show and keep the text until it ends, however it ends; raises what broke it off."""
        running = self._resources.running
        reading = running.read(self._read())
        with running.stoppable(self._row, partial(self._stop, reading)):
            await self._write(reading, private=private)

    async def _write(self, reading: asyncio.Task[None], *, private: bool) -> None:
        status, note = Status.FAILED, replies.BROKEN_OFF
        try:
            await self._defer(private=private)
            await self._follow(reading)
            status, note = _outcome(reading, self._cut_short)
        except asyncio.CancelledError:
            status, note = Status.CANCELLED, replies.RESTARTING
            raise
        finally:
            reading.cancel()
            await self._settle(status, note)

    def _stop(self, reading: asyncio.Task[None], click: discord.Interaction[discord.Client]) -> None:
        """Cut the text short; the click's token serves for the last edit."""
        self._cut_short = replies.STOPPED
        self._message.renew(click)
        reading.cancel()

    async def _defer(self, *, private: bool) -> None:
        if message_id := await self._message.defer(private=private):
            await self._try_to_remember(message_id)

    async def _try_to_remember(self, message_id: int) -> None:
        try:
            await history.remember_message(self._resources.database, self._row, message_id)
        except StorageUnavailable as error:
            log.warning("The message of text %s was not kept, its buttons do without: %s", self._row, error)

    async def _read(self) -> None:
        async with asyncio.timeout(READING_SECONDS):
            async for piece in _paced(self._stream, self._generation.pace_characters_per_second):
                self._text += piece

    async def _follow(self, reading: asyncio.Task[None]) -> None:
        """Show and keep the growing text, or its place in the queue, now and then until its reading ends."""
        await asyncio.wait({reading}, timeout=self._generation.whole_answer_seconds)
        while not reading.done():
            place = self._stream.place
            text_so_far = replies.growing(self._subject, self._text)
            await self._try_to_show(replies.waiting(self._subject, place) if place else text_so_far)
            if self._text:
                await self._try_to_keep()
            await asyncio.wait({reading}, timeout=self._generation.edit_interval_seconds)

    async def _try_to_show(self, reply: Reply) -> None:
        try:
            await self._message.show(reply)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.warning("An edit failed, the next one will tell: %s", error)

    async def _try_to_keep(self) -> None:
        try:
            await history.keep(
                self._resources.database,
                self._row,
                self._text,
                language=self._stream.language,
                arithmetic=self._stream.arithmetic,
            )
        except StorageUnavailable as error:
            log.warning("The text so far was not kept, the next time will tell: %s", error)

    async def _settle(self, status: Status, note: str) -> None:
        """Close the row, then bring the message to its last state; with nothing to show it is deleted."""
        seconds = time.monotonic() - self._submitted_at
        try:
            await history.settle(
                self._resources.database,
                self._row,
                status,
                self._text,
                language=self._stream.language,
                arithmetic=self._stream.arithmetic,
                first_piece_seconds=self._stream.first_piece_seconds,
                seconds=seconds,
            )
        finally:
            if status is Status.FAILED and not self._text:
                await self._message.delete()
            else:
                await self._message.show(replies.finished(self._subject, self._text, seconds, note))


def _outcome(reading: asyncio.Task[None], cut_short: str) -> tuple[Status, str]:
    """Return how a reading ended, and the note on it; raises what the model failed with."""
    if reading.cancelled():
        return Status.CANCELLED, cut_short
    if isinstance(reading.exception(), TimeoutError):
        return Status.CANCELLED, replies.OUT_OF_TIME
    reading.result()
    return Status.DONE, ""


async def _paced(pieces: AsyncIterator[str], characters_per_second: float) -> AsyncIterator[str]:
    """Pass the text on at the given speed, in steps of a tenth of a second; 0 = as it comes."""
    async for piece in pieces:
        step = int(max(1, characters_per_second / 10)) if characters_per_second else len(piece)
        for start in range(0, len(piece), step):
            part = piece[start : start + step]
            yield part
            if characters_per_second:
                await asyncio.sleep(len(part) / characters_per_second)
