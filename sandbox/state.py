"""What exists in the sandbox: people, roles, channels, messages and interactions, as plain data."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import Any

Json = dict[str, Any]


class Permission(IntFlag):
    """Discord's permission bits that the sandbox gives out."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    MEMBER = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_MESSAGE_HISTORY | 1 << 31
    APP = MEMBER | MENTION_EVERYONE
    ADMIN = APP | ADMINISTRATOR | MANAGE_CHANNELS | MANAGE_GUILD | MANAGE_MESSAGES


class InteractionKind(IntEnum):
    """Discord's interaction types that the sandbox sends."""

    COMMAND = 2
    AUTOCOMPLETE = 4


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot, member of the one server."""

    id: int
    name: str
    display_name: str
    permissions: int = Permission.MEMBER
    locale: str = "en-US"
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the server."""

    id: int
    name: str
    permissions: int
    managed: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A text channel (kind 0) or a category (kind 4)."""

    id: int
    name: str
    position: int
    kind: int = 0
    topic: str | None = None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Guild:
    """The one server, with everything that belongs to it."""

    id: int
    name: str
    owner_id: int
    roles: tuple[Role, ...]
    channels: tuple[Channel, ...]
    members: tuple[User, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on a message."""

    id: int
    filename: str
    content_type: str
    url: str
    data: bytes = field(repr=False)
    description: str | None = None

    def read(self) -> bytes:
        """Return the file's bytes."""
        return self.data


@dataclass(frozen=True, slots=True)
class Shown:
    """One content that a message has shown, and when (`time.monotonic()` seconds)."""

    content: str
    at_seconds: float


@dataclass(slots=True, eq=False)
class Message:
    """A message as everyone, or for an ephemeral one only its addressee, sees it."""

    id: int
    channel: Channel
    author: User
    created_at: datetime
    content: str = ""
    ephemeral: bool = False
    loading: bool = False
    deleted: bool = False
    edited_at: datetime | None = None
    attachments: list[Attachment] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    user_mentions: tuple[User, ...] = ()
    role_mentions: tuple[Role, ...] = ()
    everyone_mentioned: bool = False
    pings: list[str] = field(default_factory=list)
    history: list[Shown] = field(default_factory=list)
    interaction: "Interaction | None" = None


@dataclass(slots=True, eq=False)
class Interaction:
    """A command or completion that a user sent to the bot, and how it was answered."""

    id: int
    token: str
    kind: InteractionKind
    data: Json
    user: User
    channel: Channel
    created_seconds: float
    acknowledged_after_seconds: float | None = None
    deferred: bool = False
    ephemeral: bool = False
    failed: bool = False
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[Json] | None = None

    @property
    def command_name(self) -> str:
        """The command as the user typed it, subcommands included."""
        words, options = [self.data["name"]], self.data.get("options", [])
        while options and options[0]["type"] in (1, 2):
            words.append(options[0]["name"])
            options = options[0].get("options", [])
        return " ".join(words)
