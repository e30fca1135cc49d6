"""The sandbox's memory: servers, people and messages, and a way to await a change of them."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Literal, TypeVar

from sandbox.state.errors import WaitedInVain
from sandbox.state.initial_guilds import first_guild, second_guild
from sandbox.state.interactions import Channel, Guild, Interaction, InteractionKind, Json, Message, User

DISCORD_EPOCH_MS = 1_420_070_400_000
Kind = Literal[
    "message_created",
    "message_changed",
    "message_deleted",
    "commands_changed",
    "guilds_changed",
    "interaction",
    "connection",
]
Subject = Message | Interaction | None
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Discord's deadlines; tests shorten them."""

    acknowledge_seconds: float = 3.0
    token_lifetime_seconds: float = 900.0
    heartbeat_interval_seconds: float = 41.25
    rate_limit_seconds: float = 5.0  # the window of five edits or messages; 0 = no limit
    callback_seconds: float = 0.0  # from a first answer until the bot hears that it was taken


class World:
    """Everything that exists in one run of the sandbox."""

    def __init__(self, application_id: int | None, timing: Timing) -> None:
        self._numbers = itertools.count(secrets.randbelow(2**20))
        self._changes: set[asyncio.Event] = set()
        self.listeners: list[Callable[[Kind, Subject], None]] = []
        self.timing = timing
        self.url = ""
        self.token = f"sandbox.{secrets.token_urlsafe(24)}"
        self.application_id = application_id or self.new_id()
        self.bot = User(self.application_id, "tempera", "Tempera", bot=True)
        self.alice = User(self.new_id(), "alice", "Alice")
        self.bob = User(self.new_id(), "bob", "Bob")
        self.locales = {self.alice.id: "en-US", self.bob.id: "en-US"}  # the languages that they use Discord in
        people = (self.alice, self.bob, self.bot)
        self.guild, self.second_guild = first_guild(self.new_id, *people), second_guild(self.new_id, *people)
        self.guilds = {guild.id: guild for guild in (self.guild, self.second_guild)}
        self.bot_guilds = set(self.guilds)
        self.unavailable_guilds: set[int] = set()
        self.direct_channels: dict[int, Channel] = {}  # by user
        self.unlocked_commands: set[tuple[int, str]] = set()  # (server, name): shown to all by the server's admins
        self.commands: dict[tuple[int | None, str], Json] = {}  # by (server or None for global, name)
        self.messages: dict[int, Message] = {}
        self.interactions: dict[int, Interaction] = {}

    def new_id(self) -> int:
        """Return a fresh snowflake."""
        milliseconds = time.time_ns() // 1_000_000 - DISCORD_EPOCH_MS
        return milliseconds << 22 | next(self._numbers) % 2**22

    def channel(self, name_or_id: str | int) -> Channel:
        """Return the channel of this name or id; KeyError when there is none."""
        channels = chain.from_iterable(guild.channels for guild in self.guilds.values())
        for channel in (*channels, *self.direct_channels.values()):
            if name_or_id in (channel.name, channel.id, str(channel.id)):
                return channel
        raise KeyError(name_or_id)

    def guild_of(self, channel: Channel) -> Guild | None:
        """Return the server of a channel, None for a direct message."""
        return None if channel.guild_id is None else self.guilds[channel.guild_id]

    def new_message(self, author: User, channel: Channel, *, ephemeral: bool = False) -> Message:
        """Return an empty message that nobody has seen yet."""
        return Message(self.new_id(), channel, author, datetime.now(UTC), ephemeral=ephemeral)

    def new_interaction(self, kind: InteractionKind, data: Json, user: User, channel: Channel) -> Interaction:
        """Return an interaction that waits for its acknowledgement, and fails when none comes."""
        interaction = Interaction(self.new_id(), secrets.token_urlsafe(48), kind, data, user, channel, time.monotonic())
        self.interactions[interaction.id] = interaction
        deadline = self.timing.acknowledge_seconds
        asyncio.get_running_loop().call_later(deadline, self._expire, interaction)
        return interaction

    def _expire(self, interaction: Interaction) -> None:
        if interaction.acknowledged_after_seconds is None:
            interaction.failed = True
            self.announce("interaction", interaction)

    def announce(self, kind: Kind, subject: Subject = None) -> None:
        """Tell listeners and waiters what has just changed."""
        for listener in self.listeners:
            listener(kind, subject)
        for change in self._changes:
            change.set()

    async def until(
        self,
        condition: Callable[[], Found | None],
        what: str,
        timeout_seconds: float,
        last: Callable[[], str] = str,
    ) -> Found:
        """Return the condition's first truthy value; raises WaitedInVain naming `what` and `last`."""
        change = asyncio.Event()
        self._changes.add(change)
        try:
            async with asyncio.timeout(timeout_seconds):
                while not (found := condition()):
                    change.clear()
                    await change.wait()
                return found
        except TimeoutError:
            raise WaitedInVain(what, timeout_seconds, last()) from None
        finally:
            self._changes.remove(change)
