"""The gateway protocol: opcodes, close codes, a bot's session, and the WebSocket connection that carries it."""

import asyncio
import contextlib
import json
import secrets
import zlib
from collections import deque
from collections.abc import Awaitable, Callable
from enum import IntEnum, IntFlag
from typing import Any

from aiohttp import web


class Opcode(IntEnum):
    """Gateway opcodes of version 10."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE_UPDATE = 3
    RESUME = 6
    RECONNECT = 7
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class CloseCode(IntEnum):
    """Gateway close codes."""

    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQUENCE = 4007
    SESSION_TIMED_OUT = 4009
    SHARDING_REQUIRED = 4011
    DISALLOWED_INTENTS = 4014


class Intent(IntFlag):
    """Gateway intents that decide which events are sent, and the privileged ones that the sandbox refuses."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15
    PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT


class ProtocolError(Exception):
    """The bot violated the gateway protocol; the connection is closed with this code."""

    def __init__(self, code: CloseCode) -> None:
        super().__init__(code.name)
        self.code = code


class Session:
    """The events sent to one identified bot, kept so that it can resume after losing its connection."""

    def __init__(self, intents: int) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.sequence = 0  # of the last event
        self._frames: deque[str] = deque()  # the last ones, which the bot may not have received yet
        self._new_frame = asyncio.Event()

    def dispatch(self, event: str, data: Any) -> None:
        """Queue an event; sequence numbers start at 1."""
        self.sequence += 1
        self._frames.append(json.dumps({"op": Opcode.DISPATCH, "t": event, "s": self.sequence, "d": data}))
        self._new_frame.set()

    @property
    def received(self) -> int:
        """The sequence number up to which the bot has reported events as received."""
        return self.sequence - len(self._frames)

    def drop_received(self, sequence: int) -> None:
        """Drop the events up to this sequence number, which the bot has received."""
        while self.received < min(sequence, self.sequence):
            self._frames.popleft()

    async def pump(self, send: Callable[[str], Awaitable[None]], sequence: int) -> None:
        """Send all events after this sequence number, and then new ones as they come."""
        with contextlib.suppress(ConnectionError):
            while True:
                while sequence < self.sequence:
                    await send(self._frames[sequence - self.received])
                    sequence += 1
                self._new_frame.clear()
                await self._new_frame.wait()


class Connection:
    """A WebSocket, and the session that was identified or resumed on it."""

    def __init__(self, socket: web.WebSocketResponse, *, compressed: bool) -> None:
        self.socket = socket
        self._compressor = zlib.compressobj() if compressed else None  # zlib-stream uses one context per connection
        self.session: Session | None = None
        self._pump: asyncio.Task[None] | None = None

    async def send(self, opcode: Opcode, data: Any = None) -> None:
        """Send a payload other than an event."""
        await self.send_frame(json.dumps({"op": opcode, "d": data, "s": None, "t": None}))

    async def send_frame(self, frame: str) -> None:
        """Send the text of a payload, compressed if the bot asked for that."""
        if self._compressor is None:
            await self.socket.send_str(frame)
        else:
            data = self._compressor.compress(frame.encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(data)

    def attach(self, session: Session, sequence: int) -> None:
        """Start sending the session's events on this connection."""
        self.session = session
        self._pump = asyncio.create_task(session.pump(self.send_frame, sequence))

    async def detach(self) -> None:
        """Stop sending the session's events."""
        if self._pump:
            self._pump.cancel()
            await asyncio.wait([self._pump])
