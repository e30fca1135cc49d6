"""One answer: a text that goes to one message, which is edited as it grows, and to one row."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import aiohttp
import discord

from tempera.bot.answers.message import AnswerMessage
from tempera.bot.replies import answer as replies
from tempera.bot.replies.answer import AnswerView, Ending
from tempera.bot.replies.reply import Reply
from tempera.bot.resources import Resources
from tempera.models.engine.stream import TextStream
from tempera.storage import history
from tempera.storage.errors import StorageUnavailable
from tempera.storage.history import Status

READING_SECONDS = 14 * 60  # an interaction can be answered for 15 minutes, including the last edit

log = logging.getLogger(__name__)


class Answer:
    """A text that is read from the engine, shown, and stored in its row."""

    def __init__(
        self,
        resources: Resources,
        view: AnswerView,
        stream: TextStream,
        message: AnswerMessage,
        generation_id: int,
        submitted_at: float,
    ) -> None:
        self._resources = resources
        self._generation = resources.settings.generation
        self._requested = view
        self._stream = stream
        self._message = message
        self._generation_id = generation_id
        self._text = ""
        self._ending_if_cancelled = Ending.RESTARTING  # why the task that reads the text is cancelled
        self._submitted_at = submitted_at  # by time.monotonic()

    @property
    def _view(self) -> AnswerView:
        """What to show, with the language once it is known."""
        return replace(self._requested, language=self._stream.language)

    async def run(self, *, private: bool) -> None:
        """Defer, then show and store the text until it ends; raises what interrupted it."""
        reading = self._resources.tasks.read(self._read())
        with self._resources.stops.stoppable(self._generation_id, partial(self._stop, reading)):
            await self._answer(reading, private=private)

    async def _answer(self, reading: asyncio.Task[None], *, private: bool) -> None:
        status, ending = Status.FAILED, Ending.INTERRUPTED
        try:
            await self._defer(private=private)
            await self._follow(reading)
            status, ending = _outcome(reading, self._ending_if_cancelled)
        except asyncio.CancelledError:
            status, ending = Status.CANCELLED, Ending.RESTARTING
            raise
        finally:
            reading.cancel()
            await self._finish(status, ending)

    def _stop(self, reading: asyncio.Task[None], click: discord.Interaction[discord.Client]) -> None:
        """Stop the text; the last edit uses the click's token."""
        self._ending_if_cancelled = Ending.STOPPED
        self._message.renew(click)
        reading.cancel()

    async def _defer(self, *, private: bool) -> None:
        if message_id := await self._message.defer(private=private):
            await self._try_to_store_message(message_id)

    async def _try_to_store_message(self, message_id: int) -> None:
        try:
            await history.save_message_id(self._resources.database, self._generation_id, message_id)
        except StorageUnavailable as error:
            log.warning(
                "The message of text %s was not stored, its buttons do without it: %s", self._generation_id, error
            )

    async def _read(self) -> None:
        async with asyncio.timeout(READING_SECONDS):
            async for piece in _paced(self._stream, self._generation.pace_characters_per_second):
                self._text += piece

    async def _follow(self, reading: asyncio.Task[None]) -> None:
        """Periodically show and store the growing text, or its position in the queue, until it ends."""
        await asyncio.wait({reading}, timeout=self._generation.whole_answer_seconds)
        while not reading.done():
            await self._try_to_show(self._progress())
            if self._text:
                await self._try_to_store()
            await asyncio.wait({reading}, timeout=self._generation.edit_interval_seconds)

    def _progress(self) -> Reply:
        if queue_position := self._stream.queue_position:
            return replies.waiting(self._view, queue_position)
        return replies.growing(self._view, self._text)

    async def _try_to_show(self, reply: Reply) -> None:
        try:
            await self._message.show(reply)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.warning("An edit failed; the next one will show the text: %s", error)

    async def _try_to_store(self) -> None:
        try:
            await history.save_text(
                self._resources.database,
                self._generation_id,
                self._text,
                language=self._stream.language,
                arithmetic=self._stream.arithmetic,
            )
        except StorageUnavailable as error:
            log.warning("The text so far was not stored; the next attempt will: %s", error)

    async def _finish(self, status: Status, ending: Ending) -> None:
        """Close the row and show the final message; delete the message if the text failed without a character."""
        seconds = time.monotonic() - self._submitted_at
        try:
            await history.finish_generation(
                self._resources.database,
                self._generation_id,
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
                await self._message.show(replies.finished(self._view, self._text, seconds, ending))


def _outcome(reading: asyncio.Task[None], ending_if_cancelled: Ending) -> tuple[Status, Ending]:
    """Return how reading the text ended; raises the model's error."""
    if reading.cancelled():
        return Status.CANCELLED, ending_if_cancelled
    if isinstance(reading.exception(), TimeoutError):
        return Status.CANCELLED, Ending.OUT_OF_TIME
    reading.result()
    return Status.DONE, Ending.COMPLETE


async def _paced(pieces: AsyncIterator[str], characters_per_second: float) -> AsyncIterator[str]:
    """Yield the text at the given speed, in steps of a tenth of a second; 0 = no limit."""
    async for piece in pieces:
        step = int(max(1, characters_per_second / 10)) if characters_per_second else len(piece)
        for start in range(0, len(piece), step):
            part = piece[start : start + step]
            yield part
            if characters_per_second:
                await asyncio.sleep(len(part) / characters_per_second)
