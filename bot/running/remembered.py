"""What a server has set, remembered: it is needed for every answer there."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

REMEMBERED = 1000  # servers
T = TypeVar("T")


class RememberedByServer(Generic[T]):
    """Values by server, read when they are first needed.

    read: reads a server's value. outside: the value outside servers.
    """

    def __init__(self, read: Callable[[int], Awaitable[T]], outside: T) -> None:
        self._read, self._outside = read, outside
        self._known: OrderedDict[int, T] = OrderedDict()
        self._changes = 0

    async def of(self, guild_id: int | None) -> T:
        """Return a server's value."""
        if guild_id is None:
            return self._outside
        if guild_id in self._known:
            return self._known[guild_id]
        before, value = self._changes, await self._read(guild_id)
        if self._changes == before:  # otherwise it may have been read before a change
            self._known[guild_id] = value
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return value

    def forget(self, guild_id: int) -> None:
        """Read a server's value anew: it has changed."""
        self._changes += 1
        self._known.pop(guild_id, None)

    def forget_all(self) -> None:
        """Read all values anew: those of any server may have changed."""
        self._changes += 1
        self._known.clear()
