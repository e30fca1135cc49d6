"""What a server's managers allow there: blocked words, a cooldown, and quotas by role."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from tempera.storage.database import Database
from tempera.storage.errors import WordLimitReached
from tempera.storage.tables import GuildRow, GuildRulesRow, GuildUsageRow

MOST_WORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildRules:
    """The rules of one server."""

    cooldown_seconds: float = 0.0  # between two texts of one person; 0: none but the bot's own
    words: tuple[str, ...] = ()  # that are blocked, as typed
    quotas: Mapping[str, int] = field(default_factory=dict)  # texts of one person a day, by the role's id


async def rules_of(database: Database, guild_id: int) -> GuildRules:
    """Return a server's rules."""
    return await database.read(lambda session: _rules(session, guild_id))


def _rules(session: Session, guild_id: int) -> GuildRules:
    row = session.get(GuildRulesRow, guild_id)
    if row is None:
        return GuildRules()
    values = {each.name: getattr(row, each.name) for each in fields(GuildRules)}
    return GuildRules(**values | {"words": tuple(row.words)})


async def set_cooldown(database: Database, guild_id: int, seconds: float) -> None:
    """Set the least time between two texts of one person in a server; 0: none."""
    await _change(database, guild_id, lambda rules: replace(rules, cooldown_seconds=seconds))


async def set_quota(database: Database, guild_id: int, role_id: int, texts: int | None) -> None:
    """Set how many texts a day those with a role can request, None = no quota for the role."""

    def changed(rules: GuildRules) -> GuildRules:
        others = {role: quota for role, quota in rules.quotas.items() if role != str(role_id)}
        return replace(rules, quotas=others if texts is None else {**others, str(role_id): texts})

    await _change(database, guild_id, changed)


async def block_word(database: Database, guild_id: int, word: str) -> None:
    """Block a word, unless it is; raises WordLimitReached."""

    def changed(rules: GuildRules) -> GuildRules:
        words = (*(each for each in rules.words if each != word), word)
        if len(words) > MOST_WORDS:
            raise WordLimitReached(MOST_WORDS)
        return replace(rules, words=words)

    await _change(database, guild_id, changed)


async def allow_word(database: Database, guild_id: int, word: str) -> None:
    """Stop blocking a word, as it was typed."""
    await _change(
        database, guild_id, lambda rules: replace(rules, words=tuple(each for each in rules.words if each != word))
    )


async def _change(database: Database, guild_id: int, changed: Callable[[GuildRules], GuildRules]) -> None:
    """Change a server's rules; the write lock lets one change through at a time."""

    def work(session: Session) -> None:
        rules = changed(_rules(session, guild_id))
        session.execute(insert(GuildRow).values(id=guild_id).on_conflict_do_nothing())
        session.merge(GuildRulesRow(guild_id=guild_id, **asdict(rules)))

    await database.write(work)


async def drop_old_counts(database: Database) -> None:
    """Delete counts of days that are over; yesterday's still hold a cooldown."""
    over = datetime.now(UTC).date() - timedelta(days=1)
    await database.write(lambda session: session.execute(delete(GuildUsageRow).where(GuildUsageRow.day < over)))
