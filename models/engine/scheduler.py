"""Who is written now, who waits, and for how long: plain numbers, no torch and no clock of its own."""

from dataclasses import dataclass, field
from heapq import heapify, heapreplace

from tempera.models.errors import EngineBusy

SMOOTHING = 0.2  # weight of the newest speed reading
ASSUMED_CHARACTERS_PER_SECOND = 1000.0  # before anything was measured


@dataclass
class Scheduler:
    """A bounded queue before a bounded number of running texts, first come first served."""

    max_running: int
    max_waiting: int
    running: dict[int, int] = field(default_factory=dict)  # key -> characters left to write
    waiting: dict[int, int] = field(default_factory=dict)  # the same, in order of arrival
    characters_per_second: float = ASSUMED_CHARACTERS_PER_SECOND  # all running texts together

    def submit(self, key: int, length: int) -> None:
        """Queue a text; raises EngineBusy when as many wait as may."""
        free = self.max_running - len(self.running)
        if len(self.waiting) >= self.max_waiting + free:
            place = len(self.waiting) + 1
            raise EngineBusy(place, self.max_waiting, self.expected_wait_seconds(place))
        self.waiting[key] = length

    def start(self) -> list[int]:
        """Move whoever fits from waiting to running and return their keys."""
        keys = list(self.waiting)[: self.max_running - len(self.running)]
        for key in keys:
            self.running[key] = self.waiting.pop(key)
        return keys

    def written(self, key: int, characters: int) -> None:
        """Note progress of a running text."""
        if key in self.running:
            self.running[key] -= characters

    def leave(self, key: int) -> None:
        """Forget a text, whether it ran or waited."""
        self.running.pop(key, None)
        self.waiting.pop(key, None)

    def measured(self, characters: int, seconds: float) -> None:
        """Take in a speed reading of all running texts together."""
        if seconds > 0:
            self.characters_per_second += SMOOTHING * (characters / seconds - self.characters_per_second)

    def queue_position(self, key: int) -> int:
        """Return the place of a text in the queue, counted from 1; 0 = it does not wait."""
        return list(self.waiting).index(key) + 1 if key in self.waiting else 0

    def expected_seconds(self, key: int) -> float:
        """Estimate when a text will have ended; 0 = it has."""
        left = self.running.get(key, self.waiting.get(key, 0))
        wait_seconds = self.expected_wait_seconds(self.queue_position(key)) if key in self.waiting else 0.0
        return wait_seconds + left * max(1, len(self.running)) / self.characters_per_second

    def expected_wait_seconds(self, place: int) -> float:
        """Estimate when this place of the queue is taken up, as the running texts share the speed evenly."""
        ahead = [*self.running.values(), *self.waiting.values()][: len(self.running) + place - 1]
        if len(ahead) < self.max_running:
            return 0.0
        ends = ahead[: self.max_running]  # how many characters each will have got until it ends
        heapify(ends)
        for length in ahead[self.max_running :]:
            heapreplace(ends, ends[0] + length)  # the next one begins when the first ends
        return self.max_running * ends[0] / self.characters_per_second
