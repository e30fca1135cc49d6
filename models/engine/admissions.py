"""Which texts the decoder is given: all at once, or one at a time after it has died, to find the one it dies of."""

from collections.abc import Iterable

MAX_DEATHS = 3  # of the decoder before a text has written anything, the last ones on this text alone


class Admissions:
    """The running texts that the present decoder has been given, by key."""

    def __init__(self) -> None:
        self._given: set[int] = set()
        self._unproven: set[int] = set()  # those that have written nothing since
        self._deaths: dict[int, int] = {}  # of decoders in which a text was unproven
        self._barren = 0  # decoders in a row that died before they were given any text

    def next(self, running: Iterable[int]) -> list[int]:
        """Return the texts to give to the decoder now."""
        waiting = [key for key in running if key not in self._given]
        if self._deaths:
            waiting = [] if self._unproven else waiting[:1]
        self._given.update(waiting)
        self._unproven.update(waiting)
        self._barren = 0
        return waiting

    def wrote(self, key: int) -> None:
        """Note that a text has written something: the decoder doesn't die of it."""
        self._unproven.discard(key)
        self._deaths.pop(key, None)

    def left(self, key: int) -> None:
        """Forget a text that has ended."""
        self.wrote(key)
        self._given.discard(key)

    def died(self, running: Iterable[int]) -> list[int]:
        """Count the decoder's death; return the text to give up, as it died of it alone, or all if it can't start."""
        if not self._given:
            self._barren += 1
            return list(running) if self._barren >= MAX_DEATHS else []
        for key in self._unproven:
            self._deaths[key] = self._deaths.get(key, 0) + 1
        alone = list(self._unproven) if len(self._unproven) == 1 else []
        self._given.clear()
        self._unproven.clear()
        return [key for key in alone if self._deaths[key] >= MAX_DEATHS]
