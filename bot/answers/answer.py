"""One answer: the texts that go to one message, which is edited as they grow, and to a row each."""

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

import discord

from tempera.bot.answers.message import AnswerMessage
from tempera.bot.answers.part import Part
from tempera.bot.answers.reading import outcome, read_all
from tempera.bot.discord_failure import FAILURES, DiscordFailure, brief, failure_of
from tempera.bot.replies.answer import Ending
from tempera.bot.replies.composers.composer import Composer
from tempera.bot.replies.reply import Reply
from tempera.bot.resources import Resources
from tempera.storage.texts.history import Status
from tempera.storage.texts.usage import undo_start

FIRST_RESPONSE_SECONDS = 0.25  # a text ready within this time is the first response itself
EDIT_GRACE_SECONDS = 0.3  # for an edit on its way when the text ends; what waits out a rate limit is dropped

log = logging.getLogger(__name__)


class Answer:
    """Texts that are read from the engine, shown together, and stored in their rows."""

    def __init__(
        self,
        resources: Resources,
        parts: Sequence[Part],
        composer: Composer,
        message: AnswerMessage,
        submitted_at: float,
    ) -> None:
        self._resources = resources
        self._generation = resources.settings.generation
        self._parts = parts
        self._composer = composer
        self._message = message
        self._generation_ids = [part.generation_id for part in parts]  # the first one names the answer
        self._submitted_at = submitted_at  # by time.monotonic()
        self._ending = Ending.INTERRUPTED
        self._ending_if_cancelled = Ending.CUT_SHORT  # why the task that reads the texts is cancelled
        self._acknowledged = False  # only then there is a message of this bot's own
        self._lost = False  # the user can't be answered
        self._refusal: DiscordFailure | None = None  # why the message can't show the texts

    async def write(self, *, private: bool) -> None:
        """Read the texts until they end, and show them unless they are ready at once; raises what interrupted them."""
        reading = self._resources.tasks.read(read_all([part.read() for part in self._parts]))
        status = Status.FAILED
        with self._stoppable(reading):
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
                for part in self._parts:
                    part.record(status)

    @contextmanager
    def _stoppable(self, reading: asyncio.Task[None]) -> Iterator[None]:
        with ExitStack() as stack:
            for generation_id in self._generation_ids:
                stack.enter_context(self._resources.stops.stoppable(generation_id, partial(self._stop, reading)))
            yield

    def _stop(self, reading: asyncio.Task[None], click: discord.Interaction[discord.Client]) -> None:
        """Stop the texts; the last edit uses the click's token."""
        self._ending_if_cancelled = Ending.STOPPED
        self._message.renew(click)
        reading.cancel()

    async def _follow(self, reading: asyncio.Task[None], *, private: bool) -> None:
        """Defer, then periodically show the growing texts, or their position in the queue, until they end."""
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
        for part in self._parts:
            part.put(message_id=message_id)

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
        first = self._parts[0].stream
        return self._composer.progress([part.shown() for part in self._parts], first.queue_position)

    async def _try_to_show(self, reply: Reply, reading: asyncio.Task[None]) -> None:
        """Edit the message; if Discord refuses that for good, end the texts."""
        try:
            await self._message.show(reply)
        except FAILURES as error:
            failure = failure_of(error)
            log.info("An edit of text %s failed: %s", self._generation_ids[0], brief(error))
            if failure not in {DiscordFailure.PASSING, DiscordFailure.EXPIRED}:
                self._refusal, self._ending_if_cancelled = failure, Ending.STOPPED
                reading.cancel()

    async def settle(self, *, private: bool) -> None:
        """Show the final state, or why Discord refuses it; leave nothing behind for a user who can't be answered."""
        if self._lost:
            await undo_start(self._resources.database, self._generation_ids)
            return
        if self._ending is Ending.INTERRUPTED and not any(part.text for part in self._parts):
            if self._acknowledged:
                await self._message.delete()
            return
        for generation_id in self._generation_ids:
            await self._resources.texts.stored(generation_id)  # what is shown whole outlasts a crash
        texts = [part.shown(self._ending) for part in self._parts]
        if failure := self._refusal or await self._present(self._composer.finished(texts), private=private):
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
                await undo_start(self._resources.database, self._generation_ids)
                raise
            return failure
        self._note_response()
        for generation_id in self._generation_ids:
            self._resources.texts.put(generation_id, message_id=message_id)
        return None

    async def _apologize(self, failure: DiscordFailure) -> None:
        """Say in the message why it can't show the texts, or privately if Discord refuses that, too."""
        if failure in {DiscordFailure.PASSING, DiscordFailure.EXPIRED, DiscordFailure.GONE}:
            return
        reply = self._composer.refused([part.shown(self._ending) for part in self._parts], failure)
        if await self._present(reply, private=True):
            await self._message.tell_privately(reply)
