"""Who is blocked by the operator, in memory: every command asks."""

from tempera.bot.exceptions import BlockedByOperator
from tempera.storage.database import Database
from tempera.storage.servers.blocks import Blocked, all_blocked


class Blocks:
    """The users and servers that are blocked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.known = Blocked()

    async def load(self) -> None:
        """Read who is blocked."""
        self.known = await all_blocked(self._database)

    def check(self, user_id: int, guild_id: int | None) -> None:
        """Raise BlockedByOperator for a blocked user, and for everyone in a blocked server."""
        if user_id in self.known.users:
            raise BlockedByOperator(is_server=False)
        if guild_id in self.known.servers:
            raise BlockedByOperator(is_server=True)
