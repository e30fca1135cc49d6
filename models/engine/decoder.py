"""The process that owns torch: reads requests from standard input, writes pieces to standard output, JSON lines.

In:  {"admit": KEY, "folder": PATH, "sha256": TEXT, "request": {...}} or {"cancel": KEY}
Out: {"ready": true}, {"begun": KEY, "language": NUMBER}, {"pieces": [[KEY, TEXT, ENDED], ...]}
     or {"failed": KEY, "path": PATH or null, "reason": TEXT}
Standard input closing (its parent is gone) ends it.
"""

import gc
import json
import os
import queue
import sys
import threading
import traceback
from collections import deque
from pathlib import Path
from typing import Any, TextIO

import torch

from models.checkpoint import load_checkpoint
from models.engine.batch import Batch, Piece
from models.engine.request import SampleRequest
from models.errors import BadCheckpoint

CHUNK_STEPS = 16  # characters between two looks at the inbox: some 10 ms for one text
Message = dict[str, Any]


class Decoder:
    """Batches by checkpoint folder, and the requests that wait to be primed."""

    def __init__(self) -> None:
        self._batches: dict[tuple[str, str], Batch] = {}  # by folder and sha256 of its weights
        self._arrivals: deque[Message] = deque()

    @property
    def busy(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._arrivals) or any(batch.rows for batch in self._batches.values())

    def take(self, message: Message) -> None:
        """Note an arrival, or cancel at once."""
        if "admit" in message:
            self._arrivals.append(message)
            return
        self._arrivals = deque(arrival for arrival in self._arrivals if arrival["admit"] != message["cancel"])
        for batch in self._batches.values():
            batch.cancel(message["cancel"])

    def turn(self) -> list[Message]:
        """Prime one arrival, then give every network one chunk of steps."""
        admissions = [self._admit(self._arrivals.popleft())] if self._arrivals else []
        pieces = [piece for batch in self._batches.values() for piece in batch.advance(CHUNK_STEPS)]
        return [*admissions, *([_pieces(pieces)] if pieces else [])]

    def _admit(self, arrival: Message) -> Message:
        try:
            language = self._batch(arrival["folder"], arrival["sha256"]).admit(
                arrival["admit"], SampleRequest(**arrival["request"])
            )
        except BadCheckpoint as error:
            return {"failed": arrival["admit"], "path": str(error.path), "reason": error.fault}
        except Exception as error:  # one bad request must not end its neighbours' texts
            traceback.print_exc()
            return {"failed": arrival["admit"], "path": None, "reason": repr(error)}
        return {"begun": arrival["admit"], "language": language}

    def _batch(self, folder: str, sha256: str) -> Batch:
        """Return the batch of exactly these weights: a text never goes on with another network's."""
        if (folder, sha256) not in self._batches:
            model, card = load_checkpoint(Path(folder))
            if card.weights_sha256 != sha256:
                raise BadCheckpoint(Path(folder), "was replaced while a text was being written")
            self._batches = {key: batch for key, batch in self._batches.items() if key[0] != folder or batch.rows}
            self._batches[folder, sha256] = Batch(model, card.vocabulary)
            gc.collect()
            gc.freeze()  # collections stay short: they no longer walk torch's own objects
        return self._batches[folder, sha256]


def _pieces(pieces: list[Piece]) -> Message:
    return {"pieces": [[piece.key, piece.text, piece.ended] for piece in pieces]}


def _read(inbox: "queue.SimpleQueue[Message | None]") -> None:
    for line in sys.stdin.buffer:
        inbox.put(json.loads(line))
    inbox.put(None)


def _serve(inbox: "queue.SimpleQueue[Message | None]", output: TextIO) -> None:
    decoder = Decoder()
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
