"""How to stop each text that is being written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import discord

Stop = Callable[[discord.Interaction[discord.Client]], None]  # called with the click's interaction


class Stops:
    """The texts that are being written, by generation id."""

    def __init__(self) -> None:
        self._stops: dict[int, Stop] = {}

    def __contains__(self, generation_id: int) -> bool:
        return generation_id in self._stops

    def get(self, generation_id: int) -> Stop | None:
        """Return the function that stops a text; None if it isn't being written."""
        return self._stops.get(generation_id)

    @contextmanager
    def stoppable(self, generation_id: int, stop: Stop) -> Iterator[None]:
        """Make this text stoppable until the block ends."""
        self._stops[generation_id] = stop
        try:
            yield
        finally:
            del self._stops[generation_id]
