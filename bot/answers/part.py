"""One text of an answer: read from the engine, and stored in its row."""

import asyncio
import time
from dataclasses import replace

from tempera.bot.answers.reading import paced
from tempera.bot.moderation.moderated import ModeratedStream
from tempera.bot.replies.answer import AnswerView, Ending, ShownText
from tempera.bot.resources import Resources
from tempera.models.engine.stream import TextStream
from tempera.storage.texts.history import Status

READING_SECONDS = 14 * 60  # an interaction can be answered for 15 minutes, including the last edit


class Part:
    """A text, and what becomes of it."""

    def __init__(
        self,
        resources: Resources,
        view: AnswerView,
        stream: TextStream | ModeratedStream,
        generation_id: int,
        submitted_at: float,
    ) -> None:
        self._resources = resources
        self._requested = view
        self._submitted_at = submitted_at  # by time.monotonic()
        self.stream = stream
        self.generation_id = generation_id
        self.text = ""
        self.is_whole = False

    def shown(self, ending: Ending = Ending.COMPLETE) -> ShownText:
        """Return what to show, with the language once it is known; the ending is that of a text that isn't whole."""
        view = replace(self._requested, language=self.stream.language)
        if self.is_whole:
            is_cut = isinstance(self.stream, ModeratedStream) and self.stream.is_cut
            ending = Ending.BEFORE_WORD if is_cut else Ending.COMPLETE
        return ShownText(view, self.text, ending, self.generation_id)

    async def read(self) -> None:
        """Take the text in, and store it now and then, however long an edit takes."""
        generation = self._resources.settings.generation
        stored_at = time.monotonic()
        async with asyncio.timeout(READING_SECONDS):
            async for piece in paced(aiter(self.stream), generation.pace_characters_per_second):
                self.text += piece
                if time.monotonic() - stored_at >= generation.edit_interval_seconds:
                    self.put()
                    stored_at = time.monotonic()
        self.text = self.stream.text  # which can end earlier than it seemed
        self.is_whole = True

    def record(self, status: Status) -> None:
        """Store and count the text; the status is that of one that isn't whole."""
        seconds, measures = time.monotonic() - self._submitted_at, self._resources.measures
        ended = Status.DONE if self.is_whole else status
        measures.texts[ended] += 1
        first_piece_seconds = self.stream.first_piece_seconds
        if first_piece_seconds is not None:
            measures.first_piece.observe(first_piece_seconds)
            measures.text.observe(seconds)
        self.put(status=ended, first_piece_seconds=first_piece_seconds, seconds=seconds)

    def put(self, **changes: object) -> None:
        """Have the text so far stored, and changes of its row."""
        self._resources.texts.put(
            self.generation_id,
            text=self.text,
            language=self.stream.language,
            arithmetic=self.stream.arithmetic,
            **changes,
        )
