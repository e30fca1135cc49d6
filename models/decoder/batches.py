"""The networks in memory, each with its batch: which one computes next, and which one is removed to make room."""

import time
from dataclasses import dataclass

from tempera.models.decoder.networks.loading import Key
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.decoder.texts.batch import Batch
from tempera.models.decoder.texts.pieces import Piece

CHUNK_STEPS = 16  # tokens between checks of the inbox


@dataclass
class Member:
    """A batch, and its computing time."""

    batch: Batch
    seconds: float


class Batches:
    """Batches by model and sha256 of its weights; the most recently used ones stay within the memory budget."""

    def __init__(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        self._members: dict[Key, Member] = {}  # most recently used last

    @property
    def busy(self) -> bool:
        """Whether there is any text to write."""
        return any(self._busy())

    def find(self, key: Key) -> Batch | None:
        """Return the batch with exactly these weights, if they are in memory: no others may continue a text.

        A batch that was idle doesn't catch up on computing time.
        """
        if key not in self._members:
            return None
        member = self._members[key] = self._members.pop(key)
        if not member.batch.rows:
            member.seconds = max(member.seconds, self._least_seconds())
        return member.batch

    def add(self, key: Key, model: DecodingModel) -> None:
        """Add a network that was loaded."""
        self._make_room(key[0], model.network.size_bytes)
        self._members[key] = Member(Batch(model), 0.0)

    def cancel(self, key: int) -> None:
        """Drop a text from whichever batch it is in."""
        for member in self._members.values():
            member.batch.cancel(key)

    def advance(self) -> list[Piece]:
        """Run a chunk of steps on the network with the least computing time."""
        member = min(self._busy(), key=lambda busy: busy.seconds, default=None)
        if member is None:
            return []
        started = time.perf_counter()
        pieces = member.batch.advance(CHUNK_STEPS)
        member.seconds += time.perf_counter() - started
        return pieces

    def _least_seconds(self) -> float:
        """Return the least computing time of the busy networks, or the greatest of all if none is busy."""
        everyone = max((member.seconds for member in self._members.values()), default=0.0)
        return min((member.seconds for member in self._busy()), default=everyone)

    def _busy(self) -> list[Member]:
        return [member for member in self._members.values() if member.batch.rows]

    def _make_room(self, name: str, size_bytes: int) -> None:
        """Remove idle networks: older weights of the same checkpoint, then the least recently used ones."""
        for key, member in list(self._members.items()):
            used = sum(other.batch.model.network.size_bytes for other in self._members.values()) + size_bytes
            if not member.batch.rows and (key[0] == name or used > self.memory_bytes):
                del self._members[key]
