"""The users and servers that the operator has blocked."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from tempera.storage.database import Database
from tempera.storage.tables import BlockedGuildRow, BlockedUserRow

KINDS = {"user": (BlockedUserRow, BlockedUserRow.user_id), "server": (BlockedGuildRow, BlockedGuildRow.id)}


@dataclass(frozen=True, slots=True)
class Blocked:
    """Everyone who is blocked, by id."""

    users: frozenset[int] = frozenset()
    servers: frozenset[int] = frozenset()


async def all_blocked(database: Database) -> Blocked:
    """Return everyone who is blocked."""
    users, servers = select(BlockedUserRow.user_id), select(BlockedGuildRow.id)
    return await database.read(
        lambda session: Blocked(frozenset(session.scalars(users)), frozenset(session.scalars(servers)))
    )


async def block(database: Database, kind: str, key: int) -> None:
    """Block a `user` or a `server`, unless it is."""
    row, column = KINDS[kind]
    added = insert(row).values({column.key: key, "created_at": datetime.now(UTC)}).on_conflict_do_nothing()
    await database.write(lambda session: session.execute(added))


async def unblock(database: Database, kind: str, key: int) -> None:
    """Stop blocking a `user` or a `server`."""
    row, column = KINDS[kind]
    await database.write(lambda session: session.execute(delete(row).where(column == key)))
