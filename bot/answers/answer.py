"""One answer: a text that goes to one message, which is edited as it grows, and to one row."""

import asyncio
import logging
import time
from dataclasses import replace
from functools import partial

import discord

from tempera.bot.answers.message import AnswerMessage
from tempera.bot.answers.reading import outcome, paced
from tempera.bot.discord_failure import FAILURES, DiscordFailure, brief, failure_of
from tempera.bot.replies import answer as replies
from tempera.bot.replies.answer import AnswerView, Ending
from tempera.bot.replies.reply import Reply
from tempera.bot.resources import Resources
from tempera.models.engine.stream import TextStream
from tempera.storage.history import Status
from tempera.storage.usage import undo_start

FIRST_RESPONSE_SECONDS = 0.25  # a text ready within this time is the first response itself
READING_SECONDS = 14 * 60  # an interaction can be answered for 15 minutes, including the last edit
EDIT_GRACE_SECONDS = 0.3  # for an edit on its way when the text ends; what waits out a rate limit is dropped

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
        self._submitted_at = submitted_at  # by time.monotonic()
        self._text = ""
        self._ending = Ending.INTERRUPTED
        self._ending_if_cancelled = Ending.CUT_SHORT  # why the task that reads the text is cancelled
        self._acknowledged = False  # only then there is a message of this bot's own
        self._lost = False  # the user can't be answered
        self._refusal: DiscordFailure | None = None  # why the message can't show the text

    @property
    def _view(self) -> AnswerView:
        """What to show, with the language once it is known."""
        return replace(self._requested, language=self._stream.language)

    async def write(self, *, private: bool) -> None:
        """Read the text until it ends, and show it unless it is ready at once; raises what interrupted it."""
        reading = self._resources.tasks.read(self._read())
        status = Status.FAILED
        with self._resources.stops.stoppable(self._generation_id, partial(self._stop, reading)):
            try:
                await self._follow(reading, private=private)
                status, self._ending = outcome(reading, self._ending_if_cancelled)
            except asyncio.CancelledError:
                status, self._ending = Status.CANCELLED, Ending.CUT_SHORT
                raise
            except FAILURES:
                self._lost = True
                raise
            finally:
                reading.cancel()
                self._record(status)

    def _stop(self, reading: asyncio.Task[None], click: discord.Interaction[discord.Client]) -> None:
        """Stop the text; the last edit uses the click's token."""
        self._ending_if_cancelled = Ending.STOPPED
        self._message.renew(click)
        reading.cancel()

    async def _read(self) -> None:
        """Take the text in, and store it now and then, however long an edit takes."""
        stored_at = time.monotonic()
        async with asyncio.timeout(READING_SECONDS):
            async for piece in paced(self._stream, self._generation.pace_characters_per_second):
                self._text += piece
                if time.monotonic() - stored_at >= self._generation.edit_interval_seconds:
                    self._put()
                    stored_at = time.monotonic()
        self._text = self._stream.text  # which can end earlier than it seemed

    async def _follow(self, reading: asyncio.Task[None], *, private: bool) -> None:
        """Defer, then periodically show the growing text, or its position in the queue, until it ends."""
        await asyncio.wait({reading}, timeout=FIRST_RESPONSE_SECONDS)
        if reading.done():
            return
        await self._defer(private=private)
        await asyncio.wait({reading}, timeout=self._generation.whole_answer_seconds)
        while not reading.done():
            await self._show_progress(reading)
            await asyncio.wait({reading}, timeout=self._generation.edit_interval_seconds)

    async def _defer(self, *, private: bool) -> None:
        message_id = await self._message.defer(self._resources.uncertain, private=private)
        self._note_response()
        self._put(message_id=message_id)

    def _note_response(self) -> None:
        self._acknowledged = True
        self._resources.measures.first_response.observe(time.monotonic() - self._submitted_at)

    async def _show_progress(self, reading: asyncio.Task[None]) -> None:
        """Edit the message; a text that ends meanwhile doesn't wait out a rate limit or an outage."""
        edit = asyncio.create_task(self._try_to_show(self._progress(), reading))
        try:
            await asyncio.wait({edit, reading}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({edit}, timeout=EDIT_GRACE_SECONDS)
        finally:
            edit.cancel()

    def _progress(self) -> Reply:
        if queue_position := self._stream.queue_position:
            return replies.waiting(self._view, queue_position)
        return replies.growing(self._view, self._text)

    async def _try_to_show(self, reply: Reply, reading: asyncio.Task[None]) -> None:
        """Edit the message; if Discord refuses that for good, end the text."""
        try:
            await self._message.show(reply)
        except FAILURES as error:
            failure = failure_of(error)
            log.info("An edit of text %s failed: %s", self._generation_id, brief(error))
            if failure not in {DiscordFailure.PASSING, DiscordFailure.EXPIRED}:
                self._refusal, self._ending_if_cancelled = failure, Ending.STOPPED
                reading.cancel()

    def _record(self, status: Status) -> None:
        seconds = time.monotonic() - self._submitted_at
        measures = self._resources.measures
        measures.texts[status] += 1
        if self._stream.first_piece_seconds is not None:
            measures.first_piece.observe(self._stream.first_piece_seconds)
            measures.text.observe(seconds)
        self._put(status=status, first_piece_seconds=self._stream.first_piece_seconds, seconds=seconds)

    def _put(self, **changes: object) -> None:
        self._resources.texts.put(
            self._generation_id,
            text=self._text,
            language=self._stream.language,
            arithmetic=self._stream.arithmetic,
            **changes,
        )

    async def settle(self, *, private: bool) -> None:
        """Show the final state, or why Discord refuses it; leave nothing behind for a user who can't be answered."""
        if self._lost:
            await undo_start(self._resources.database, self._generation_id)
            return
        if self._ending is Ending.INTERRUPTED and not self._text:
            if self._acknowledged:
                await self._message.delete()
            return
        await self._resources.texts.stored(self._generation_id)  # what is shown whole outlasts a crash
        reply = replies.finished(self._view, self._text, self._ending)
        if failure := self._refusal or await self._present(reply, private=private):
            await self._apologize(failure)

    async def _present(self, reply: Reply, *, private: bool) -> DiscordFailure | None:
        """Show a reply, as the first response if there was none; return why that is impossible, if it is."""
        if self._acknowledged:
            return await self._message.settle(reply)
        try:
            message_id = await self._message.respond(self._resources.uncertain, reply, private=private)
        except FAILURES as error:
            failure = failure_of(error)
            if failure in {DiscordFailure.PASSING, DiscordFailure.LATE, DiscordFailure.TAKEN}:
                await undo_start(self._resources.database, self._generation_id)
                raise
            return failure
        self._note_response()
        self._resources.texts.put(self._generation_id, message_id=message_id)
        return None

    async def _apologize(self, failure: DiscordFailure) -> None:
        """Say in the message why it can't show the text, or privately if Discord refuses that, too."""
        if failure in {DiscordFailure.PASSING, DiscordFailure.EXPIRED, DiscordFailure.GONE}:
            return
        reply = replies.refused(self._view, self._text, failure)
        if await self._present(reply, private=True):
            await self._message.tell_privately(reply)
