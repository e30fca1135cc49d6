"""A text in progress: returned by the engine, iterated over by the bot."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from tempera.models.engine.request import SampleRequest
from tempera.models.engine.scheduler import Scheduler
from tempera.models.errors import ModelsError
from tempera.models.formats.card import ModelCard


class TextStream:
    """Async iterator over the pieces of one text; closing it cancels the text."""

    def __init__(
        self,
        request: SampleRequest,
        card: ModelCard,
        key: int,
        scheduler: Scheduler,
        cancel: Callable[[], None],
    ) -> None:
        self.request = request
        self.card = card  # of the network that starts the text; only these weights may continue it
        self.text = ""  # all pieces so far, including those not yet taken; once it has ended, what is kept of them
        self.arithmetic = ""  # that generates the text, once it has started
        self.ended = False
        self.first_piece_seconds: float | None = None  # from submission
        self._language = request.language
        self._submitted = time.monotonic()
        self._key, self._scheduler = key, scheduler
        self._cancel = cancel
        self._inbox: asyncio.Queue[str | ModelsError | None] = asyncio.Queue()

    def __aiter__(self) -> "TextStream":
        return self

    async def __anext__(self) -> str:
        """Return the next piece; raises BadCheckpoint or DecoderFailed."""
        if self.ended and self._inbox.empty():
            raise StopAsyncIteration
        item = await self._inbox.get()
        if isinstance(item, ModelsError):
            raise item
        if item is None:
            raise StopAsyncIteration
        return item

    @property
    def remaining(self) -> SampleRequest:
        """The request for the rest of the text, in the language in which it started."""
        return replace(self.request.resumed(self.text), language=self._language)

    @property
    def language_index(self) -> int | None:
        """The index of the text's language; None until it is known."""
        return self._language

    @property
    def language(self) -> str | None:
        """The code of the text's language; None until it is known, or if the model has only one."""
        if self._language is None or len(self.card.languages) == 1:
            return None
        return self.card.languages[self._language]

    @property
    def queue_position(self) -> int:
        """Its position in the queue, counted from 1; 0 = it isn't waiting."""
        return self._scheduler.queue_position(self._key)

    @property
    def expected_seconds(self) -> float:
        """The estimated seconds until it ends; 0 = it has ended."""
        return self._scheduler.expected_seconds(self._key)

    async def aclose(self) -> None:
        """Cancel the text; does nothing if it has already ended."""
        self._cancel()
        self.end()

    def begin(self, language: int, arithmetic: str) -> None:
        """Record the language and the arithmetic with which the decoder started."""
        self._language, self.arithmetic = language, arithmetic

    def put(self, piece: str) -> None:
        """Add a piece from the decoder."""
        if self.first_piece_seconds is None:
            self.first_piece_seconds = time.monotonic() - self._submitted
        self.text += piece
        self._inbox.put_nowait(piece)

    def take_back(self, characters: int) -> None:
        """Drop the end of the text, which ends earlier than it seemed; pieces on their way still hold it."""
        self.text = self.text[: len(self.text) - characters]

    def end(self, error: ModelsError | None = None) -> None:
        """End the stream, with an error if there was one."""
        if not self.ended:
            self.ended = True
            self._inbox.put_nowait(error)
