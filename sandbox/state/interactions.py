"""Messages and interactions, as plain data; they refer to one another."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from tempera.sandbox.state.components import Button, buttons_in
from tempera.sandbox.state.guilds import Channel, Role, User
from tempera.sandbox.state.json_object import Json


class InteractionType(IntEnum):
    """Discord's interaction types that the sandbox sends."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class CallbackType(IntEnum):
    """Discord's interaction callback types."""

    REPLY = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    AUTOCOMPLETE = 8
    MODAL = 9


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file attached to a message."""

    id: int
    filename: str
    content_type: str
    url: str
    data: bytes = field(repr=False)
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of a message's content, and when it appeared (`time.monotonic()` seconds)."""

    content: str
    at_seconds: float


@dataclass(slots=True, eq=False)
class StoredMessage:
    """A message; an ephemeral one is visible only to the user whose interaction it answers."""

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
    history: list[Revision] = field(default_factory=list)
    interaction: "Interaction | None" = None
    reply_to: "StoredMessage | None" = None

    @property
    def buttons(self) -> list[Button]:
        """The buttons in display order."""
        return buttons_in(self.components)


@dataclass(slots=True, eq=False)
class Interaction:
    """A command, autocomplete request, component click or modal submission, and the bot's response to it.

    `source_message` holds the clicked component, `opened_by` is the interaction that opened the submitted modal, and
    `original` is the message that the bot addresses as @original.
    """

    id: int
    token: str
    kind: InteractionType
    data: Json
    user: User
    channel: Channel
    created_seconds: float
    source_message: StoredMessage | None = None
    opened_by: "Interaction | None" = None
    acknowledged_after_seconds: float | None = None
    callback: CallbackType | None = None
    ephemeral: bool = False
    failed: bool = False
    token_expired: bool = False
    modal: Json | None = None
    original: StoredMessage | None = None
    followups: list[StoredMessage] = field(default_factory=list)
    choices: list[Json] | None = None

    @property
    def title(self) -> str:
        """A short description for error messages: /generate, or "the component stop:1"."""
        if self.kind in (InteractionType.COMPONENT, InteractionType.MODAL):
            return f"the {self.kind.name.lower()} {self.data['custom_id']}"
        return f"/{self.command_name}"

    @property
    def command_name(self) -> str:
        """The full command name, including subcommands."""
        names, options = [self.data["name"]], self.data.get("options", [])
        while options and options[0]["type"] in (1, 2):
            names.append(options[0]["name"])
            options = options[0].get("options", [])
        return " ".join(names)
