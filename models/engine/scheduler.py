"""Which texts are running, which are waiting, and for how long: plain numbers, without torch and without a clock."""

from dataclasses import dataclass, field
from heapq import heapify, heapreplace

from tempera.models.errors import EngineBusy

SMOOTHING = 0.2  # weight of the latest speed measurement
ASSUMED_CHARACTERS_PER_SECOND = 1000.0  # before the first measurement


@dataclass
class Scheduler:
    """A bounded number of running texts with a bounded queue, first come, first served."""

    max_running: int
    max_waiting: int
    running: dict[int, int] = field(default_factory=dict)  # key -> characters left to write
    waiting: dict[int, int] = field(default_factory=dict)  # the same, in order of arrival; waiting texts
    characters_per_second: float = ASSUMED_CHARACTERS_PER_SECOND  # all running texts together

    def submit(self, key: int, length: int) -> None:
        """Queue a text; raises EngineBusy if the queue is full."""
        free = self.max_running - len(self.running)
        if len(self.waiting) >= self.max_waiting + free:
            place = len(self.waiting) + 1
            raise EngineBusy(place, self.max_waiting, self.expected_wait_seconds(place))
        self.waiting[key] = length

    def start(self) -> list[int]:
        """Move waiting texts to running as far as there is room, and return their keys."""
        keys = list(self.waiting)[: self.max_running - len(self.running)]
        for key in keys:
            self.running[key] = self.waiting.pop(key)
        return keys

    def written(self, key: int, characters: int) -> None:
        """Record progress of a running text."""
        if key in self.running:
            self.running[key] -= characters

    def leave(self, key: int) -> None:
        """Remove a text, running or waiting."""
        self.running.pop(key, None)
        self.waiting.pop(key, None)

    def measured(self, characters: int, seconds: float) -> None:
        """Record a measurement of the speed of all running texts together."""
        if seconds > 0:
            self.characters_per_second += SMOOTHING * (characters / seconds - self.characters_per_second)

    def queue_position(self, key: int) -> int:
        """Return a text's position in the queue, counted from 1; 0 = it isn't waiting."""
        return list(self.waiting).index(key) + 1 if key in self.waiting else 0

    def expected_seconds(self, key: int) -> float:
        """Estimate the seconds until a text ends; 0 = it has ended."""
        left = self.running.get(key, self.waiting.get(key, 0))
        wait_seconds = self.expected_wait_seconds(self.queue_position(key)) if key in self.waiting else 0.0
        return wait_seconds + left * max(1, len(self.running)) / self.characters_per_second

    def expected_wait_seconds(self, place: int) -> float:
        """Estimate the seconds until a text in this position starts; running texts share the speed equally."""
        ahead = [*self.running.values(), *self.waiting.values()][: len(self.running) + place - 1]
        if len(ahead) < self.max_running:
            return 0.0
        ends = ahead[: self.max_running]  # characters until each running text ends
        heapify(ends)
        for length in ahead[self.max_running :]:
            heapreplace(ends, ends[0] + length)  # the next text starts when the first one ends
        return self.max_running * ends[0] / self.characters_per_second
