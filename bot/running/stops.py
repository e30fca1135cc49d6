"""How each text that is being written is cut short."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import discord

Stop = Callable[[discord.Interaction[discord.Client]], None]  # through the click that asks for it


class Stops:
    """The texts that are being written now, by generation."""

    def __init__(self) -> None:
        self._stops: dict[int, Stop] = {}

    def __contains__(self, generation_id: int) -> bool:
        return generation_id in self._stops

    def get(self, generation_id: int) -> Stop | None:
        """Return what stops a text, None if it isn't being written."""
        return self._stops.get(generation_id)

    @contextmanager
    def stoppable(self, generation_id: int, stop: Stop) -> Iterator[None]:
        """Let a click stop this text until the block ends."""
        self._stops[generation_id] = stop
        try:
            yield
        finally:
            del self._stops[generation_id]
