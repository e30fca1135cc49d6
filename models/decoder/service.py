"""The decoder's loop: requests come in and pieces go out, as JSON lines.

In:  {"admit": KEY, "sha256": TEXT, "request": {...}}, {"ask": KEY, "question": {...}, and the same}, {"cancel": KEY}
     or {"ping": true}
Out: {"ready": true, "variant": NAME, "reason": TEXT or null}, {"begun": KEY, "language": NUMBER, "arithmetic": NAME},
     {"pieces": [[KEY, TEXT, ENDED, CHARACTERS TAKEN BACK BEFORE IT], ...]},
     {"answered": KEY, "answer": {...}}, {"failed": KEY, "path": PATH or null, "reason": TEXT} or {"pong": true}
It ends when standard input is closed, because the parent process is gone.
"""

import gc
import json
import queue
import sys
import threading
from pathlib import Path
from typing import TextIO

from tempera.models.decoder.batches import Batches
from tempera.models.decoder.decoder import Decoder, Message
from tempera.models.decoder.implementations.selection import Implementation, best_implementation
from tempera.models.decoder.networks.loading import Key, Loader, load
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.errors import BadCheckpoint

SWITCH_SECONDS = 0.0005  # how long Python code in the loading thread can block the others at a time
Inbox = queue.SimpleQueue[object]  # None: the end of input


def describe(output: TextIO) -> None:
    """Report which implementation would decode."""
    implementation = best_implementation()
    _say(output, {"variant": implementation.variant, "reason": implementation.reason})


def serve(output: TextIO, folder: Path, memory_bytes: int, threads: int) -> None:
    """Serve until standard input is closed; raises BrokenPipeError if the parent process is gone."""
    gc.freeze()  # garbage collections stay short, without the objects of imported modules
    sys.setswitchinterval(SWITCH_SECONDS)
    implementation = best_implementation()
    inbox: Inbox = queue.SimpleQueue()
    decoder = Decoder(Batches(memory_bytes), _loader(inbox, folder, implementation, threads))
    threading.Thread(target=_read, args=(inbox,), daemon=True).start()
    _say(output, {"ready": True, "variant": implementation.variant, "reason": implementation.reason})
    while True:
        while not (decoder.busy and inbox.empty()):
            message = inbox.get()
            if message is None:
                return
            decoder.take(message)
        for answer in decoder.turn():
            _say(output, answer)


def _loader(inbox: Inbox, folder: Path, implementation: Implementation, threads: int) -> Loader:
    def load_one(key: Key) -> DecodingModel:
        model, sha256 = key
        if (folder / model).parent != folder or model == "..":
            raise BadCheckpoint(folder, f"{model!r} is not the name of a model in it")
        return load(folder / model, sha256, implementation, threads)

    return Loader(load_one, lambda key, future: inbox.put({"loaded": key, "future": future}))


def _read(inbox: Inbox) -> None:
    """Read messages; a line without an end is the last one, as a killed parent leaves it behind."""
    with open(0, "rb", closefd=False) as lines:  # sys.stdin would be locked when the interpreter closes it
        for line in lines:
            if line.endswith(b"\n"):
                inbox.put(_parsed(line))
    inbox.put(None)


def _parsed(line: bytes) -> object:
    """Return the message in a line; if there is none, something that is left out like any other strange message."""
    try:
        return json.loads(line) or {}
    except (ValueError, RecursionError):
        return {}


def _say(output: TextIO, answer: Message) -> None:
    print(json.dumps(answer), file=output, flush=True)
