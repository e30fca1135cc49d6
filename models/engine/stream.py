"""A text on its way: what the engine hands out and the bot iterates over."""

import asyncio
import time
from collections.abc import Callable

from models.engine.request import SampleRequest
from models.errors import ModelsError


class TextStream:
    """Async iterator over the pieces of one text; closing it cancels the text."""

    def __init__(self, request: SampleRequest, cancel: Callable[[], None]) -> None:
        self.request = request
        self.text = ""  # all pieces so far, also those not yet taken
        self.deaths = 0  # of the decoder since the last piece
        self.ended = False
        self.first_piece_seconds: float | None = None  # from submission
        self._submitted = time.monotonic()
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
        """The request for what is left to write."""
        return self.request.after(self.text)

    async def aclose(self) -> None:
        """Cancel the text; harmless when it has ended already."""
        self._cancel()
        self.end()

    def put(self, piece: str) -> None:
        """Take in a piece from the decoder."""
        if self.first_piece_seconds is None:
            self.first_piece_seconds = time.monotonic() - self._submitted
        self.deaths = 0
        self.text += piece
        self._inbox.put_nowait(piece)

    def end(self, error: ModelsError | None = None) -> None:
        """Say that nothing follows, or why."""
        if not self.ended:
            self.ended = True
            self._inbox.put_nowait(error)
