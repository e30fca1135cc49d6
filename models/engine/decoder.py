"""The process that owns torch: reads requests from standard input, writes pieces to standard output, JSON lines.

Arguments: the arithmetic, and the bytes of memory that networks may take up.
In:  {"admit": KEY, "folder": PATH, "sha256": TEXT, "request": {...}} or {"cancel": KEY}
Out: {"ready": true}, {"begun": KEY, "language": NUMBER, "arithmetic": TEXT}, {"pieces": [[KEY, TEXT, ENDED], ...]}
     or {"failed": KEY, "path": PATH or null, "reason": TEXT}
Standard input closing (its parent is gone) ends it.
"""

import json
import os
import queue
import sys
import threading
import time
import traceback
from collections import deque
from typing import Any, TextIO, cast

import torch

from models.engine.batch import Piece
from models.engine.batches import Batches
from models.engine.products import Arithmetic
from models.engine.request import SampleRequest
from models.errors import BadCheckpoint

Message = dict[str, Any]

ADMITTING_SECONDS = 0.01  # one text more may take longer: to load a network, or to recognise a language


class Decoder:
    """Networks at work, and the requests that wait to be taken in."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self._arrivals: deque[Message] = deque()

    @property
    def busy(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._arrivals) or self._batches.busy

    def take(self, message: Message) -> None:
        """Note an arrival, or cancel at once."""
        if "admit" in message:
            self._arrivals.append(message)
            return
        self._arrivals = deque(arrival for arrival in self._arrivals if arrival["admit"] != message["cancel"])
        self._batches.cancel(message["cancel"])

    def turn(self) -> list[Message]:
        """Take in arrivals, then write a chunk."""
        admissions, begun_at = [], time.monotonic()
        while self._arrivals and time.monotonic() - begun_at < ADMITTING_SECONDS:
            admissions.append(self._admit(self._arrivals.popleft()))
        pieces = self._batches.advance()
        return [*admissions, *([_pieces(pieces)] if pieces else [])]

    def _admit(self, arrival: Message) -> Message:
        try:
            batch = self._batches.find(arrival["folder"], arrival["sha256"])
            language = batch.admit(arrival["admit"], SampleRequest(**arrival["request"]))
        except BadCheckpoint as error:
            return {"failed": arrival["admit"], "path": str(error.path), "reason": error.fault}
        except Exception as error:  # one bad request must not end its neighbours' texts
            traceback.print_exc()
            return {"failed": arrival["admit"], "path": None, "reason": repr(error)}
        return {"begun": arrival["admit"], "language": language, "arithmetic": batch.network.arithmetic}


def _pieces(pieces: list[Piece]) -> Message:
    return {"pieces": [[piece.key, piece.text, piece.ended] for piece in pieces]}


def _read(inbox: "queue.SimpleQueue[Message | None]") -> None:
    for line in sys.stdin.buffer:
        inbox.put(json.loads(line))
    inbox.put(None)


def _serve(inbox: "queue.SimpleQueue[Message | None]", output: TextIO) -> None:
    decoder = Decoder(Batches(cast("Arithmetic", sys.argv[1]), int(sys.argv[2])))
    while True:
        while not (decoder.busy and inbox.empty()):
            message = inbox.get()
            if message is None:
                return
            decoder.take(message)
        for answer in decoder.turn():
            print(json.dumps(answer), file=output, flush=True)


def main() -> None:
    """Serve until standard input closes."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers
    torch.set_num_threads(1)
    inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(inbox,), daemon=True).start()
    print(json.dumps({"ready": True}), file=output, flush=True)
    try:
        _serve(inbox, output)
    except BrokenPipeError:
        sys.exit(0)  # the parent is gone


if __name__ == "__main__":
    main()
