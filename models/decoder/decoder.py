"""The networks with their texts, the texts whose network is loading, and the texts still to be admitted."""

import gc
import sys
import time
import traceback
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tempera.models.arithmetic import ARITHMETIC
from tempera.models.decoder.batches import Batches
from tempera.models.decoder.networks.loading import Key, Loader
from tempera.models.decoder.texts.batch import Batch
from tempera.models.decoder.texts.pieces import Piece
from tempera.models.decoder.texts.questions import answer
from tempera.models.engine.request import SampleRequest, request_from_json
from tempera.models.errors import BadCheckpoint, ModelsError
from tempera.models.memory import give_back_freed

Message = Mapping[str, Any]

ADMITTING_SECONDS = 0.01  # a single text can take longer, to detect its language


@dataclass(frozen=True, slots=True)
class Arrival:
    """A text to be admitted, or a question about one."""

    key: int
    sha256: str  # of the weights
    request: SampleRequest
    question: Mapping[str, Any] | None

    @property
    def network(self) -> Key:
        """The network that it is for."""
        return self.request.model, self.sha256


class Decoder:
    """Receives messages, and writes a chunk at each turn."""

    def __init__(self, batches: Batches, loader: Loader) -> None:
        self._batches, self._loader = batches, loader
        self._arrivals: deque[Arrival] = deque()
        self._waiting: dict[Key, list[Arrival]] = {}  # by the network that is being loaded
        self._answers: list[Message] = []

    @property
    def busy(self) -> bool:
        """Whether there is anything to do; networks that are loading report when they are ready."""
        return bool(self._arrivals or self._answers) or self._batches.busy

    def take(self, message: object) -> None:
        """Queue a new text, cancel one immediately, add a network that was loaded, or answer a ping.

        A text that can't be what the bot asked for fails by itself; any other message is left out.
        """
        match message:
            case {"cancel": int(key)}:
                self._cancel(key)
            case {"loaded": key, "future": future}:
                self._take_in(key, future)
            case {"ping": _}:
                self._answers.append({"pong": True})
            case {"admit": int(key), **text}:
                self._receive(key, text, None)
            case {"ask": int(key), "question": dict(question), **text}:
                self._receive(key, text, question)
            case _:
                print(f"The decoder left out a message of type {type(message).__name__}", file=sys.stderr)

    def _receive(self, key: int, text: Mapping[Any, Any], question: Mapping[str, Any] | None) -> None:
        try:
            self._arrivals.append(Arrival(key, str(text["sha256"]), request_from_json(text["request"]), question))
        except (TypeError, KeyError, AttributeError, ModelsError) as error:
            self._answers.append(_failed(key, error))

    def turn(self) -> list[Message]:
        """Admit new texts, then write a chunk."""
        started = time.monotonic()
        while self._arrivals and time.monotonic() - started < ADMITTING_SECONDS:
            self._admit(self._arrivals.popleft())
        pieces = self._batches.advance()
        answers, self._answers = [*self._answers, *([_pieces(pieces)] if pieces else [])], []
        return answers

    def _cancel(self, key: int) -> None:
        self._arrivals = deque(_others(self._arrivals, key))
        self._waiting = {network: _others(waiting, key) for network, waiting in self._waiting.items()}
        self._batches.cancel(key)

    def _take_in(self, key: Key, future: Any) -> None:
        """Queue the texts that waited for a network again, or let them fail with it."""
        waiting = self._waiting.pop(key)
        try:
            self._batches.add(key, future.result())
        except Exception as error:  # one bad checkpoint must not end the texts of other networks
            self._answers += [_failed(arrival.key, error) for arrival in waiting]
        else:
            self._arrivals.extendleft(reversed(waiting))
        _give_memory_back()

    def _admit(self, arrival: Arrival) -> None:
        key = arrival.network
        if batch := self._batches.find(key):
            self._answers.append(_taken_up(batch, arrival))
        elif key in self._waiting:
            self._waiting[key].append(arrival)
        else:
            self._waiting[key] = [arrival]
            self._loader.start(key)


def _taken_up(batch: Batch, arrival: Arrival) -> Message:
    try:
        if arrival.question is not None:
            return {"answered": arrival.key, "answer": answer(batch.model, arrival.request, arrival.question)}
        language = batch.admit(arrival.key, arrival.request)
    except Exception as error:  # one bad request must not end other texts
        return _failed(arrival.key, error)
    return {"begun": arrival.key, "language": language, "arithmetic": ARITHMETIC}


def _failed(key: int, error: Exception) -> Message:
    if isinstance(error, BadCheckpoint):
        return {"failed": key, "path": str(error.path), "reason": error.reason}
    traceback.print_exception(error)
    return {"failed": key, "path": None, "reason": repr(error)}


def _pieces(pieces: list[Piece]) -> Message:
    return {"pieces": [[piece.key, piece.text, piece.ended, piece.taken_back] for piece in pieces]}


def _others(arrivals: Iterable[Arrival], key: int) -> list[Arrival]:
    return [arrival for arrival in arrivals if arrival.key != key]


def _give_memory_back() -> None:
    """Return memory of removed networks and of loading to the system; glibc would keep it."""
    gc.collect()
    give_back_freed()
