"""The networks in memory, each with its texts: which one works next, and which one leaves to make room."""

import gc
import time
from dataclasses import dataclass
from pathlib import Path

from models.checkpoint import load_checkpoint
from models.engine.batch import Batch, Piece
from models.engine.network import DecodingNetwork
from models.engine.products import Arithmetic
from models.errors import BadCheckpoint
from models.memory import give_back_freed

CHUNK_STEPS = 16  # characters between two looks at the inbox: some 1 ms for one text, 10 ms for 64


@dataclass
class Member:
    """A batch, and how long it has worked."""

    batch: Batch
    seconds: float


class Batches:
    """Batches by checkpoint folder and sha256 of the weights; those used last stay within the memory budget."""

    def __init__(self, arithmetic: Arithmetic, memory_bytes: int) -> None:
        self.arithmetic, self.memory_bytes = arithmetic, memory_bytes
        self._members: dict[tuple[str, str], Member] = {}  # the one used last is the last

    @property
    def folders(self) -> list[str]:
        """The checkpoints in memory, the one used last at the end."""
        return [folder for folder, _ in self._members]

    @property
    def seconds(self) -> dict[str, float]:
        """How long each checkpoint in memory has worked, made up to those that worked when it had nothing to do."""
        return {folder: member.seconds for (folder, _), member in self._members.items()}

    @property
    def busy(self) -> bool:
        """Whether there is anything to write."""
        return any(self._busy())

    def find(self, folder: str, sha256: str) -> Batch:
        """Return the batch of exactly these weights: a text never goes on with another network's; raises BadCheckpoint.

        One that takes up work again has no claim on the time in which it had none.
        """
        member = self._members.pop((folder, sha256), None) or Member(self._load(folder, sha256), 0.0)
        if not member.batch.rows:
            member.seconds = max(member.seconds, self._least_seconds())
        self._members[folder, sha256] = member
        return member.batch

    def cancel(self, key: int) -> None:
        """Drop a text, wherever it is written."""
        for member in self._members.values():
            member.batch.cancel(key)

    def advance(self) -> list[Piece]:
        """Give a chunk of steps to the network that has worked least."""
        member = min(self._busy(), key=lambda busy: busy.seconds, default=None)
        if member is None:
            return []
        started = time.perf_counter()
        pieces = member.batch.advance(CHUNK_STEPS)
        member.seconds += time.perf_counter() - started
        return pieces

    def _least_seconds(self) -> float:
        """Return how long the busy networks have worked at least, or idle ones at most: no past counts as a debt."""
        everyone = max((member.seconds for member in self._members.values()), default=0.0)
        return min((member.seconds for member in self._busy()), default=everyone)

    def _busy(self) -> list[Member]:
        return [member for member in self._members.values() if member.batch.rows]

    def _load(self, folder: str, sha256: str) -> Batch:
        batch = _loaded(Path(folder), sha256, self.arithmetic)
        self._make_room(folder, batch.network.size_bytes)
        _give_memory_back()
        return batch

    def _make_room(self, folder: str, size_bytes: int) -> None:
        """Let idle networks go: older weights of the same checkpoint, then those that were used least recently."""
        for key, member in list(self._members.items()):
            used = sum(other.batch.network.size_bytes for other in self._members.values()) + size_bytes
            if not member.batch.rows and (key[0] == folder or used > self.memory_bytes):
                del self._members[key]


def _loaded(folder: Path, sha256: str, arithmetic: Arithmetic) -> Batch:
    model, card = load_checkpoint(folder)
    if card.weights_sha256 != sha256:
        raise BadCheckpoint(folder, "was replaced while a text was being written")
    return Batch(DecodingNetwork(model, arithmetic), card.vocabulary)


def _give_memory_back() -> None:
    """Give back what networks have left, or took up before they were laid out, which glibc keeps otherwise."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()  # collections stay short: they no longer walk torch's own objects
    give_back_freed()
