"""The tables, as mapped by SQLAlchemy; rows don't leave this package."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, Dialect, ForeignKey, Index, MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored as UTC without an offset so that SQLite can sort it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Convert an aware time to the stored one; raises ValueError for a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Convert the stored time to an aware one."""
        return None if value is None else value.replace(tzinfo=UTC)


IDENTIFIES, USER = "identifies", "user"


def _id_of(what: str) -> MappedColumn[Any]:
    """Return a column for one of Discord's ids; privacy depends on what it says that it identifies."""
    return mapped_column(BigInteger, info={IDENTIFIES: what})


# Discord's ids: every column of one has one of these types.
UserId = Annotated[int, _id_of(USER)]
GuildId = Annotated[int, _id_of("guild")]
ChannelId = Annotated[int, _id_of("channel")]
MessageId = Annotated[int, _id_of("message")]
ApplicationId = Annotated[int, _id_of("application")]
ScopeId = Annotated[int, _id_of("thread, channel or category; 0: the server")]

# Sampling parameters by name; missing ones are not set.
Params = Annotated[dict[str, Any], mapped_column(JSON, server_default=text("'{}'"))]


class Base(DeclarativeBase):
    """Base class of all tables, with a naming convention for indexes and constraints."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


class GenerationRow(Base):
    """One requested text, from the moment it starts."""

    __tablename__ = "generations"
    __table_args__ = (
        CheckConstraint("status IN ('running', 'done', 'cancelled', 'failed')", name="status"),
        CheckConstraint("(status = 'running') = (finished_at IS NULL)", name="finished"),
        # Buttons in old messages hold an id: that of a deleted text must never be reused.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(index=True)
    guild_id: Mapped[GuildId | None] = mapped_column(index=True)
    channel_id: Mapped[ChannelId | None]
    model: Mapped[str]
    model_sha256: Mapped[str]
    arithmetic: Mapped[str]
    prompt: Mapped[str]
    first_draw: Mapped[int]
    private: Mapped[bool]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("generations.id", ondelete="SET NULL"), index=True)
    status: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_piece_seconds: Mapped[float | None]
    seconds: Mapped[float | None]
    language: Mapped[str | None]  # its code; null: not detected yet, or the model's only one
    params: Mapped[Params]
    comparison_id: Mapped[int | None] = mapped_column(index=True)  # of texts that are compared: the first one's id


class CommandSyncRow(Base):
    """The fingerprint of the commands last sent to an API address for an application."""

    __tablename__ = "command_syncs"

    application_id: Mapped[ApplicationId] = mapped_column(primary_key=True)
    api_url: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]


class GuildRow(Base):
    """A server that the bot is in, or was in if there is a time of removal."""

    __tablename__ = "guilds"

    id: Mapped[GuildId] = mapped_column(primary_key=True)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class PresetRow(Base):
    """A preset: a user's own, or the copy that a server shares if there is a guild_id."""

    __tablename__ = "presets"
    __table_args__ = (
        Index("ix_presets_own", "owner_id", "name", unique=True, sqlite_where=text("guild_id IS NULL")),
        Index("ix_presets_shared", "guild_id", "name", unique=True, sqlite_where=text("guild_id IS NOT NULL")),
        # A form stays open for minutes: the id of a deleted preset must never be reused.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[UserId]  # of a shared preset: the user who shared it
    guild_id: Mapped[GuildId | None] = mapped_column(ForeignKey("guilds.id", ondelete="CASCADE"))
    name: Mapped[str]
    model: Mapped[str | None]
    opening: Mapped[str]
    uses: Mapped[int]
    language: Mapped[str | None]
    params: Mapped[Params]
    description: Mapped[str] = mapped_column(server_default=text("''"))
    pinned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of a shared one


class ChannelSettingRow(Base):
    """What an admin set for one thread, channel, category or whole server; a null is inherited."""

    __tablename__ = "channel_settings"

    guild_id: Mapped[GuildId] = mapped_column(ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True)
    scope_id: Mapped[ScopeId] = mapped_column(primary_key=True)
    model: Mapped[str | None]
    enabled: Mapped[bool | None]
    params: Mapped[Params]


class GuildCommandSyncRow(Base):
    """The fingerprint of a server's own commands, in addition to the application's global ones."""

    __tablename__ = "guild_command_syncs"

    application_id: Mapped[ApplicationId] = mapped_column(primary_key=True)
    api_url: Mapped[str] = mapped_column(primary_key=True)
    guild_id: Mapped[GuildId] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]


class UsageRow(Base):
    """How many texts a user has requested, and when the last one started."""

    __tablename__ = "usage"

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    texts: Mapped[int]
    last_started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_generation_id: Mapped[int | None] = mapped_column(
        ForeignKey("generations.id", ondelete="SET NULL"), index=True
    )


class AnswerMessageRow(Base):
    """The message that shows a text and carries its buttons."""

    __tablename__ = "answer_messages"

    generation_id: Mapped[int] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[MessageId]


class GuildRulesRow(Base):
    """What a server's managers allow there."""

    __tablename__ = "guild_rules"

    guild_id: Mapped[GuildId] = mapped_column(ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True)
    cooldown_seconds: Mapped[float]
    words: Mapped[list[str]] = mapped_column(JSON)  # that are blocked, as typed
    quotas: Mapped[dict[str, int]] = mapped_column(JSON)  # texts a day, by the role's id


class GuildUsageRow(Base):
    """How many texts a member has requested on one day in a server that counts them."""

    __tablename__ = "guild_usage"

    guild_id: Mapped[GuildId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    day: Mapped[date]  # in UTC
    texts: Mapped[int]
    last_started_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlockedUserRow(Base):
    """A user whom the operator has blocked."""

    __tablename__ = "blocked_users"

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlockedGuildRow(Base):
    """A server that the operator has blocked; it stays blocked when it removes the bot and adds it again."""

    __tablename__ = "blocked_guilds"

    id: Mapped[GuildId] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
