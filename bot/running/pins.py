"""The pinned presets of each server, remembered: they are needed for every answer."""

from collections import OrderedDict

from tempera.storage.database import Database
from tempera.storage.pins import pinned_presets
from tempera.storage.presets import Preset

MOST_PINNED = 3  # of a server: they have a row of buttons
REMEMBERED = 1000  # servers


class Pins:
    """The pinned presets by server."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[int, list[Preset]] = OrderedDict()

    async def of(self, guild_id: int | None) -> list[Preset]:
        """Return a server's pinned presets; none outside servers."""
        if guild_id is None:
            return []
        if guild_id not in self._known:
            self._known[guild_id] = await pinned_presets(self._database, guild_id)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return self._known[guild_id]

    def forget(self, guild_id: int) -> None:
        """Read a server's pins anew: they have changed."""
        self._known.pop(guild_id, None)

    def forget_all(self) -> None:
        """Read all pins anew: those of any server may have changed."""
        self._known.clear()
