"""Users, roles, channels and guilds, as plain data."""

from dataclasses import dataclass, field
from enum import IntEnum

from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.locales import DEFAULT_LOCALE


class ChannelType(IntEnum):
    """Discord's channel types that the sandbox has."""

    TEXT = 0
    DM = 1
    CATEGORY = 4
    THREAD = 11


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot."""

    id: int
    name: str
    display_name: str
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """A guild's role."""

    id: int
    name: str
    permissions: int
    managed: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A text channel, category, thread or DM; `owner` started the thread, or is the DM's recipient."""

    id: int
    name: str
    position: int
    kind: ChannelType = ChannelType.TEXT
    topic: str | None = None
    parent_id: int | None = None
    guild_id: int | None = None
    owner: User | None = None


@dataclass(frozen=True, slots=True)
class Overwrite:
    """Permissions that a channel allows or denies to one user, regardless of roles."""

    allow: int = 0
    deny: int = 0


@dataclass(slots=True, eq=False)
class Guild:
    """A guild (a "server" in Discord's client) and everything in it.

    `overwrites` are keyed by channel, then user; `decoration` holds further fields of GUILD_CREATE, such as emojis.
    """

    id: int
    name: str
    owner_id: int
    roles: list[Role]
    channels: list[Channel]
    members: dict[int, User]  # by id
    member_roles: dict[int, list[int]] = field(default_factory=dict)
    overwrites: dict[int, dict[int, Overwrite]] = field(default_factory=dict)
    preferred_locale: str = DEFAULT_LOCALE
    decoration: Json = field(default_factory=dict)

    def roles_of(self, user: User) -> list[Role]:
        """Return the member's roles, @everyone first; empty for a non-member."""
        role_ids = [self.id, *self.member_roles.get(user.id, ())] if user.id in self.members else []
        return [role for role in self.roles if role.id in role_ids]

    def channel(self, channel_id: int) -> Channel:
        """Return the channel, category or thread with this id; raises StopIteration if there is none."""
        return next(channel for channel in self.channels if channel.id == channel_id)
