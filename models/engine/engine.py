"""The decoder as seen from the bot's process: submit, stream, cancel. Imports no torch."""

import itertools
import logging
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from tempera.models.engine.admissions import MAX_DEATHS, Admissions
from tempera.models.engine.command import decoder_command
from tempera.models.engine.process import DecoderProcess, Message
from tempera.models.engine.questions import Odds, Questions
from tempera.models.engine.request import SampleRequest
from tempera.models.engine.scheduler import Scheduler
from tempera.models.engine.stream import TextStream
from tempera.models.engine.variants import description, remedy
from tempera.models.errors import BadCheckpoint, DecoderFailed, ModelsError
from tempera.models.library import Library

log = logging.getLogger(__name__)


class Engine:
    """Streams texts from one decoder process, and continues them after it dies; an async context manager."""

    def __init__(
        self,
        library: Library,
        *,
        max_running: int = 64,
        max_waiting: int = 64,
        memory_mb: int = 512,
        threads: int = 1,
        python: str = sys.executable,
    ) -> None:
        """Idle networks beyond `memory_mb` are removed from the decoder, which computes on `threads` cores."""
        self._library, self.threads = library, threads
        self.variant: str | None = None  # which implementation decodes, once the decoder has reported it
        self.slow_reason: str | None = None  # None while a fast variant decodes
        self._scheduler = Scheduler(max_running, max_waiting)
        self._admissions = Admissions()
        folder = str(library.folder.resolve())
        command = decoder_command(folder, str(memory_mb * 2**20), str(threads), python=python)
        self._decoder = DecoderProcess(command, self._received, self._died)
        self._questions = Questions(self._decoder.send)
        self._streams: dict[int, TextStream] = {}
        self._keys = itertools.count()
        self._last_pieces_at: float | None = None  # None: no text is being written

    async def __aenter__(self) -> Self:
        """Start the decoder; raises DecoderFailed if it doesn't start."""
        await self._decoder.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the decoder and end all texts."""
        await self._decoder.__aexit__(kind, error, trace)
        for key in list(self._streams):
            self._end(key, DecoderFailed("the engine was closed"))

    @property
    def decoder_pid(self) -> int | None:
        """The decoder's process id while it is running."""
        return self._decoder.pid

    @property
    def is_answering(self) -> bool:
        """Whether the decoder runs and answers."""
        return self._decoder.is_answering

    @property
    def decoder_restarts(self) -> int:
        """How often the decoder ended and was started again."""
        return self._decoder.restarts

    @property
    def decoding(self) -> str:
        """A description of the implementation that decodes."""
        return description(self.variant or "nothing yet", self.slow_reason, self.threads)

    @property
    def running(self) -> int:
        """The number of texts that are being written."""
        return len(self._scheduler.running)

    @property
    def waiting(self) -> int:
        """The number of texts that are waiting."""
        return len(self._scheduler.waiting)

    @property
    def characters_per_second(self) -> float:
        """The recent speed of all running texts together."""
        return self._scheduler.characters_per_second

    async def odds(self, request: SampleRequest, top: int, temperatures: Sequence[float]) -> Odds:
        """Return what could follow a prompt; raises UnknownModel, BadCheckpoint, DecoderFailed."""
        found = await self._ask(request, {"top": top, "temperatures": list(temperatures)})
        return Odds(found["language"], tuple(found["tokens"]), tuple(map(tuple, found["probabilities"])))

    async def surprises(self, request: SampleRequest, text: str) -> list[tuple[str, float]]:
        """Return the pieces of a text after its prompt with its -log p at T = 1, in nats; raises as `odds`."""
        return [(piece, nats) for piece, nats in (await self._ask(request, {"text": text}))["surprises"]]

    async def language_nats(self, request: SampleRequest) -> list[float]:
        """Return the log probability of a prompt in each language of its model; raises as `odds`."""
        return list((await self._ask(request, {"languages": True}))["nats"])

    async def _ask(self, request: SampleRequest, question: Message) -> Message:
        key, sha256 = next(self._keys), self._library.card(request.model).weights_sha256
        message = {"ask": key, "sha256": sha256, "request": asdict(request), "question": question}
        return await self._questions.ask(key, message)

    def stream(self, request: SampleRequest) -> TextStream:
        """Queue a request; raises UnknownModel, BadCheckpoint and EngineBusy immediately."""
        card = self._library.card(request.model)
        key = next(self._keys)
        self._scheduler.submit(key, request.params.length)
        self._streams[key] = TextStream(request, card, key, self._scheduler, lambda: self._cancel(key))
        self._start_waiting()
        return self._streams[key]

    def _start_waiting(self) -> None:
        self._scheduler.start()
        self._admit_next()

    def _admit_next(self) -> None:
        if self._decoder.is_ready:
            for key in self._admissions.next(self._scheduler.running):
                self._admit(key)

    def _admit(self, key: int) -> None:
        """Send a text to the decoder, to be continued after prompt and text so far with the next draw number."""
        stream = self._streams[key]
        request = asdict(stream.remaining)
        self._decoder.send({"admit": key, "sha256": stream.card.weights_sha256, "request": request})

    def _cancel(self, key: int) -> None:
        if key in self._streams:
            self._decoder.send({"cancel": key})
            self._end(key)

    def _end(self, key: int, error: ModelsError | None = None) -> None:
        self._scheduler.leave(key)
        self._admissions.left(key)
        self._streams.pop(key).end(error)
        self._start_waiting()

    def _received(self, message: Message) -> None:
        match message:
            case {"ready": _, "variant": variant, "reason": slow_reason}:
                self._ready(variant, slow_reason)
            case {"pieces": pieces}:
                self._take(pieces)
            case {"begun": key, "language": language, "arithmetic": arithmetic} if key in self._streams:
                self._streams[key].begin(language, arithmetic)
            case {"answered": key, "answer": answer}:
                self._questions.answered(key, answer)
            case {"failed": key, "path": path, "reason": reason}:
                self._failed(key, BadCheckpoint(Path(path), reason) if path else DecoderFailed(reason))

    def _failed(self, key: int, error: ModelsError) -> None:
        self._questions.failed(key, error)
        if key in self._streams:
            self._end(key, error)

    def _ready(self, variant: str, slow_reason: str | None) -> None:
        """Log which implementation decodes, and give the running texts to the decoder, which has just started."""
        self.variant, self.slow_reason = variant, slow_reason
        can_be_helped = slow_reason is not None and remedy(slow_reason)
        log.log(logging.WARNING if can_be_helped else logging.INFO, "Decoding with %s", self.decoding)
        self._admit_next()
        self._questions.resend()

    def _take(self, pieces: Iterable[tuple[int, str, bool, int]]) -> None:
        """Pass pieces on to their streams; texts that were cancelled meanwhile are skipped."""
        known = [piece for piece in pieces if piece[0] in self._streams]
        self._measure(sum(len(text) for _, text, _, _ in known))
        for key, text, ended, taken_back in known:
            self._streams[key].take_back(taken_back)
            if text:
                self._scheduler.written(key, len(text))
                self._admissions.wrote(key)
                self._streams[key].put(text)
            if ended:
                self._end(key)
        self._admit_next()
        self._last_pieces_at = time.monotonic() if self._scheduler.running else None

    def _measure(self, characters: int) -> None:
        if self._last_pieces_at is not None:
            self._scheduler.measured(characters, time.monotonic() - self._last_pieces_at)

    def _died(self) -> None:
        """Give up the text on which the decoder keeps dying, or all texts if it doesn't come up."""
        self._last_pieces_at = None
        self._questions.died()
        for key in self._admissions.died(self._scheduler.running):
            self._end(key, DecoderFailed(f"it ended {MAX_DEATHS} times before it wrote anything"))
