"""Clicks whose answers are on their way."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from tempera.bot.exceptions import ClickRunning


class PendingClicks:
    """Clicks that have not been answered yet."""

    def __init__(self) -> None:
        self._clicks: set[Hashable] = set()

    @contextmanager
    def only_once(self, click: Hashable) -> Iterator[None]:
        """Refuse the same click until the block ends; raises ClickRunning."""
        if click in self._clicks:
            raise ClickRunning
        self._clicks.add(click)
        try:
            yield
        finally:
            self._clicks.discard(click)
