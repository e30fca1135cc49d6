"""A server's rules, ready to be applied."""

from dataclasses import dataclass, field

from tempera.bot.moderation.words import BlockedWords
from tempera.storage.database import Database
from tempera.storage.servers.rules import GuildRules, rules_of


@dataclass(frozen=True, slots=True)
class ServerRules:
    """A server's rules, with its words ready to be searched for."""

    stored: GuildRules = field(default_factory=GuildRules)
    words: BlockedWords = field(default_factory=lambda: BlockedWords(()))


async def server_rules(database: Database, guild_id: int) -> ServerRules:
    """Return a server's rules."""
    stored = await rules_of(database, guild_id)
    return ServerRules(stored, BlockedWords(stored.words))
