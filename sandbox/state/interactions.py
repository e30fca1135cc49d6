"""What exists in the sandbox: people, roles, channels, messages and interactions, as plain data."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

Json = dict[str, Any]
BUTTON = 2  # of Discord's component types
TEXT, DIRECT, CATEGORY, THREAD = 0, 1, 4, 11  # of its channel types
LOCALES = {  # some of the languages that people use Discord in, by their own names
    "en-US": "English, US",
    "en-GB": "English, UK",
    "fr": "Français",
    "de": "Deutsch",
    "es-ES": "Español",
    "es-419": "Español, LATAM",
    "ja": "日本語",
    "pt-BR": "Português do Brasil",
}


class InteractionKind(IntEnum):
    """Discord's interaction types that the sandbox sends."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class CallbackKind(IntEnum):
    """The ways in which the bot may answer an interaction."""

    REPLY = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot."""

    id: int
    name: str
    display_name: str
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a server."""

    id: int
    name: str
    permissions: int
    managed: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A text channel, category, thread or direct message; `starter` began the thread or talks with the bot."""

    id: int
    name: str
    position: int
    kind: int = TEXT
    topic: str | None = None
    parent_id: int | None = None
    guild_id: int | None = None
    starter: User | None = None


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a channel allows and denies to one user, whatever the roles say."""

    allow: int = 0
    deny: int = 0


@dataclass(slots=True, eq=False)
class Guild:
    """A server, with everything that belongs to it; `overwrites` are by channel and user."""

    id: int
    name: str
    owner_id: int
    roles: list[Role]
    channels: list[Channel]
    members: list[User]
    member_roles: dict[int, list[int]] = field(default_factory=dict)
    overwrites: dict[int, dict[int, Overwrite]] = field(default_factory=dict)

    def roles_of(self, user: User) -> list[Role]:
        """Return the member's roles, @everyone first; strangers have none."""
        mine = [self.id, *self.member_roles.get(user.id, ())] if user in self.members else []
        return [role for role in self.roles if role.id in mine]

    def channel(self, channel_id: int) -> Channel:
        """Return the channel, category or thread of this id; StopIteration when there is none."""
        return next(channel for channel in self.channels if channel.id == channel_id)


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

    @property
    def buttons(self) -> list["Button"]:
        """The buttons in the order in which they are shown."""
        return [
            Button(item.get("label") or "", item.get("custom_id"), item["style"], bool(item.get("disabled")))
            for item in nested(self.components)
            if item["type"] == BUTTON
        ]


@dataclass(frozen=True, slots=True)
class Button:
    """A button as it is shown; a link has no `custom_id`."""

    label: str
    custom_id: str | None
    style: int
    disabled: bool


def nested(components: list[Json]) -> Iterator[Json]:
    """Yield components with those inside them, outer ones first."""
    for item in components:
        yield item
        single = (item[key] for key in ("accessory", "component") if item.get(key))
        yield from nested([*(item.get("components") or []), *single])


@dataclass(slots=True, eq=False)
class Interaction:
    """A command, completion, click or filled-in form that a user sent to the bot, and how it was answered.

    `source` is the message that was clicked, `opened_by` the interaction that a form was the answer to, and `original`
    the message that the bot calls @original.
    """

    id: int
    token: str
    kind: InteractionKind
    data: Json
    user: User
    channel: Channel
    created_seconds: float
    acknowledged_after_seconds: float | None = None
    callback: CallbackKind | None = None
    ephemeral: bool = False
    failed: bool = False
    token_expired: bool = False
    source: Message | None = None
    opened_by: "Interaction | None" = None
    modal: Json | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[Json] | None = None

    @property
    def title(self) -> str:
        """What the user did, in a few words."""
        if self.kind in (InteractionKind.COMPONENT, InteractionKind.MODAL):
            return f"the {self.kind.name.lower()} {self.data['custom_id']}"
        return f"/{self.command_name}"

    @property
    def command_name(self) -> str:
        """The command as the user typed it, subcommands included."""
        words, options = [self.data["name"]], self.data.get("options", [])
        while options and options[0]["type"] in (1, 2):
            words.append(options[0]["name"])
            options = options[0].get("options", [])
        return " ".join(words)
