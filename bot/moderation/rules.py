"""The rules of each server, remembered: they are needed for every text."""

from collections import OrderedDict
from dataclasses import dataclass, field

from tempera.bot.moderation.words import BlockedWords
from tempera.storage.database import Database
from tempera.storage.servers.rules import GuildRules, rules_of

REMEMBERED = 1000  # servers


@dataclass(frozen=True, slots=True)
class ServerRules:
    """A server's rules, with its words ready to be searched for."""

    stored: GuildRules = field(default_factory=GuildRules)
    words: BlockedWords = field(default_factory=lambda: BlockedWords(()))


NONE = ServerRules()


class Rules:
    """The rules by server."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[int, ServerRules] = OrderedDict()

    async def of(self, guild_id: int | None) -> ServerRules:
        """Return a server's rules; none outside servers."""
        if guild_id is None:
            return NONE
        if guild_id not in self._known:
            stored = await rules_of(self._database, guild_id)
            self._known[guild_id] = ServerRules(stored, BlockedWords(stored.words))
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return self._known[guild_id]

    def forget(self, guild_id: int) -> None:
        """Read a server's rules anew: they have changed."""
        self._known.pop(guild_id, None)
