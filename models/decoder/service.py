"""The decoder's loop: requests come in and pieces go out, as JSON lines.

In:  {"admit": KEY, "sha256": TEXT, "request": {...}} or {"cancel": KEY}
Out: {"ready": true, "variant": NAME, "reason": TEXT or null}, {"begun": KEY, "language": NUMBER, "arithmetic": NAME},
     {"pieces": [[KEY, TEXT, ENDED], ...]} or {"failed": KEY, "path": PATH or null, "reason": TEXT}
It ends when standard input is closed, because the parent process is gone.
"""

import gc
import json
import queue
import sys
import threading
import traceback
from pathlib import Path
from typing import Any, TextIO

from tempera.models.decoder.batches import Batches
from tempera.models.decoder.decoder import Decoder, Message
from tempera.models.decoder.implementations.selection import Implementation, best_implementation
from tempera.models.decoder.networks.loading import Key, Loader, load
from tempera.models.decoder.networks.model import DecodingModel

SWITCH_SECONDS = 0.0005  # how long Python code in the loading thread can block the others at a time
Inbox = queue.SimpleQueue[Message | None]


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
        return load(folder / model, sha256, implementation, threads)

    return Loader(load_one, lambda key, future: inbox.put({"loaded": key, "future": future}))


def _read(inbox: Inbox) -> None:
    """Read messages; an invalid line ends the decoder like the end of input, as a killed parent leaves half a line."""
    try:
        with open(0, "rb", closefd=False) as lines:  # sys.stdin would be locked when the interpreter closes it
            for line in lines:
                inbox.put(json.loads(line))
    except ValueError:
        traceback.print_exc()
    inbox.put(None)


def _say(output: TextIO, answer: dict[str, Any]) -> None:
    print(json.dumps(answer), file=output, flush=True)
