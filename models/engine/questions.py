"""Questions to the decoder about a text, and its answers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tempera.models.errors import DecoderFailed, ModelsError

ANSWER_SECONDS = 10.0  # for one that has to load a network first, on a busy machine

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Odds:
    """The most likely next tokens and their probabilities by temperature."""

    language: int  # index of the initial state in which the text was read
    tokens: tuple[str, ...]  # most likely first
    probabilities: tuple[tuple[float, ...], ...]  # by temperature, then by token


class Questions:
    """Questions that are not answered yet; one that the decoder dies of, or with, fails."""

    def __init__(self, send: Callable[[Message], None]) -> None:
        self._send = send
        self._pending: dict[int, tuple[Message, asyncio.Future[Message]]] = {}

    async def ask(self, key: int, message: Message) -> Message:
        """Return the answer to a message; raises DecoderFailed, BadCheckpoint."""
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._pending[key] = message, future
        self._send(message)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await future
        except TimeoutError:
            raise DecoderFailed(f"it has not answered a question for {ANSWER_SECONDS:g} seconds") from None
        finally:
            del self._pending[key]
            if not future.done() or future.cancelled():
                self._send({"cancel": key})

    def answered(self, key: int, answer: Message) -> None:
        """Take an answer."""
        if key in self._pending:
            _, future = self._pending[key]
            if not future.done():
                future.set_result(answer)

    def failed(self, key: int, error: ModelsError) -> None:
        """Let a question fail."""
        if key in self._pending:
            _, future = self._pending[key]
            if not future.done():
                future.set_exception(error)

    def resend(self) -> None:
        """Ask a decoder that has just started what none was there to be asked."""
        for message, _ in self._pending.values():
            self._send(message)

    def died(self) -> None:
        """Let all questions fail: one of them may be why."""
        for key in list(self._pending):
            self.failed(key, DecoderFailed("it ended before it answered"))
