"""The sandbox's whole state, and a way to wait for it to change."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import Literal, TypeVar

from tempera.sandbox.state.errors import WaitTimeout
from tempera.sandbox.state.guilds import Channel, Guild, User
from tempera.sandbox.state.initial_guilds import first_guild, second_guild
from tempera.sandbox.state.interactions import Interaction, InteractionType, StoredMessage
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.locales import DEFAULT_LOCALE

DISCORD_EPOCH_MS = 1_420_070_400_000
FIRST_ID = 10**18  # of what exists at the start: the same at each start, so that saved presets and settings still apply
Change = Literal[
    "message_created",
    "message_changed",
    "message_deleted",
    "commands_changed",
    "guilds_changed",
    "locale_changed",
    "interaction",
    "connection",
]
Subject = StoredMessage | Interaction | None  # what has changed
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Discord's deadlines and intervals; tests shorten them."""

    acknowledge_seconds: float = 3.0
    token_lifetime_seconds: float = 900.0
    heartbeat_interval_seconds: float = 41.25
    rate_limit_seconds: float = 5.0  # the window of a rate limit; 0 disables limits
    callback_seconds: float = 0.0  # the delay before an interaction callback returns
    clock_offset_seconds: float = 0.0  # of Discord's clock from this machine's


class World:
    """Everything that exists in one running sandbox."""

    def __init__(self, application_id: int | None, timing: Timing) -> None:
        self._id_suffixes = itertools.count(secrets.randbelow(2**20))
        self._waiters: set[asyncio.Event] = set()
        self.listeners: list[Callable[[Change, Subject], None]] = []
        self.timing = timing
        self.url = ""
        self.token = f"sandbox.{secrets.token_urlsafe(24)}"
        self.application_id = application_id or self.new_id()  # another one each time: no commands are registered yet
        self.bot = User(self.application_id, "tempera", "Tempera", bot=True)
        fixed_id = partial(next, itertools.count(FIRST_ID))
        self.alice, self.bob = User(fixed_id(), "alice", "Alice"), User(fixed_id(), "bob", "Bob")
        self.locales = dict.fromkeys((self.alice.id, self.bob.id), DEFAULT_LOCALE)  # the language of each user's client
        people = (self.alice, self.bob, self.bot)
        self.guild, self.second_guild = first_guild(fixed_id, *people), second_guild(fixed_id, *people)
        self.guilds = {guild.id: guild for guild in (self.guild, self.second_guild)}
        self.bot_guilds = set(self.guilds)
        self.unavailable_guilds: set[int] = set()
        self.dm_channels: dict[int, Channel] = {}  # by user id
        self.blocked_words: set[str] = set()  # by AutoMod, in what the bot sends
        self.unlocked_commands: set[tuple[int, str]] = set()  # (guild id, name)
        self.commands: dict[tuple[int | None, str], Json] = {}  # by (guild id or None for global, name)
        self.messages: dict[int, StoredMessage] = {}
        self.interactions: dict[int, Interaction] = {}
        self.by_token: dict[str, Interaction] = {}

    def new_id(self) -> int:
        """Return a fresh snowflake."""
        milliseconds = time.time_ns() // 1_000_000 + round(self.timing.clock_offset_seconds * 1000) - DISCORD_EPOCH_MS
        return milliseconds << 22 | next(self._id_suffixes) % 2**22

    def channel(self, name_or_id: str | int) -> Channel:
        """Return the channel with this name or id; raises KeyError if there is none."""
        channels = chain.from_iterable(guild.channels for guild in self.guilds.values())
        for channel in (*channels, *self.dm_channels.values()):
            if name_or_id in (channel.name, channel.id, str(channel.id)):
                return channel
        raise KeyError(name_or_id)

    def guild_of(self, channel: Channel) -> Guild | None:
        """Return the channel's guild, or None for a DM."""
        return None if channel.guild_id is None else self.guilds[channel.guild_id]

    def new_message(self, author: User, channel: Channel, *, ephemeral: bool = False) -> StoredMessage:
        """Return an empty message that is not published yet."""
        return StoredMessage(self.new_id(), channel, author, datetime.now(UTC), ephemeral=ephemeral)

    def publish(self, message: StoredMessage) -> None:
        """Store a new message and announce it."""
        self.messages[message.id] = message
        self.announce("message_created", message)

    def new_interaction(self, kind: InteractionType, data: Json, user: User, channel: Channel) -> Interaction:
        """Return an interaction that is not started yet."""
        return Interaction(self.new_id(), secrets.token_urlsafe(48), kind, data, user, channel, time.monotonic())

    def start(self, interaction: Interaction) -> None:
        """Store an interaction; it fails unless the bot acknowledges it in time."""
        self.interactions[interaction.id] = self.by_token[interaction.token] = interaction
        deadline = self.timing.acknowledge_seconds
        asyncio.get_running_loop().call_later(deadline, self._expire, interaction)

    def forget(self, interaction: Interaction) -> None:
        """Drop an interaction and the messages it led to, so that millions of them need no room."""
        del self.interactions[interaction.id], self.by_token[interaction.token]
        for message in (interaction.original, *interaction.followups):
            if message:
                self.messages.pop(message.id, None)

    def _expire(self, interaction: Interaction) -> None:
        if interaction.acknowledged_after_seconds is None:
            interaction.failed = True
            self.announce("interaction", interaction)

    def announce(self, change: Change, subject: Subject = None) -> None:
        """Notify listeners and waiters of a change."""
        for listener in self.listeners:
            listener(change, subject)
        for waiter in self._waiters:
            waiter.set()

    async def wait_until(
        self,
        condition: Callable[[], Result | None],
        awaited: str,
        timeout_seconds: float,
        last: Callable[[], str] = str,
    ) -> Result:
        """Return the condition's first truthy value; raises WaitTimeout naming `awaited` and `last`."""
        waiter = asyncio.Event()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(timeout_seconds):
                while not (result := condition()):
                    waiter.clear()
                    await waiter.wait()
                return result
        except TimeoutError:
            raise WaitTimeout(awaited, timeout_seconds, last()) from None
        finally:
            self._waiters.remove(waiter)
