"""The gateway's protocol: its codes, one bot's session, and the connection that it speaks through."""

import asyncio
import contextlib
import json
import secrets
import zlib
from collections.abc import Awaitable, Callable
from enum import IntEnum, IntFlag
from typing import Any

from aiohttp import web


class Opcode(IntEnum):
    """Gateway opcodes of version 10."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
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
    DISALLOWED_INTENTS = 4014


class Intent(IntFlag):
    """The intents that decide what the sandbox sends, and the privileged ones that it refuses."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    MESSAGE_CONTENT = 1 << 15
    PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT


class Refused(Exception):
    """The bot broke the protocol; the connection closes with this code."""

    def __init__(self, code: CloseCode) -> None:
        super().__init__(code.name)
        self.code = code


class Session:
    """What one identified bot has been sent, so that it can resume after a lost connection."""

    def __init__(self, intents: int) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self._frames: list[str] = []
        self._more = asyncio.Event()

    def dispatch(self, event: str, data: Any) -> None:
        """Queue an event; its sequence number is its place, counted from 1."""
        frame = {"op": Opcode.DISPATCH, "t": event, "s": len(self._frames) + 1, "d": data}
        self._frames.append(json.dumps(frame))
        self._more.set()

    @property
    def sequence(self) -> int:
        """The number of the last event."""
        return len(self._frames)

    async def pump(self, send: Callable[[str], Awaitable[None]], sequence: int) -> None:
        """Send everything after this sequence number, and then whatever comes."""
        with contextlib.suppress(ConnectionError):
            while True:
                while sequence < len(self._frames):
                    await send(self._frames[sequence])
                    sequence += 1
                self._more.clear()
                await self._more.wait()


class Connection:
    """One WebSocket: a session is identified or resumed on it, and pumped into it."""

    def __init__(self, socket: web.WebSocketResponse, *, compressed: bool) -> None:
        self.socket = socket
        self._compressor = zlib.compressobj() if compressed else None  # zlib-stream: one for the whole connection
        self.session: Session | None = None
        self._pump: asyncio.Task[None] | None = None

    async def send(self, opcode: Opcode, data: Any = None) -> None:
        """Send a frame that is not an event."""
        await self._write(json.dumps({"op": opcode, "d": data, "s": None, "t": None}))

    async def _write(self, frame: str) -> None:
        if self._compressor is None:
            await self.socket.send_str(frame)
        else:
            data = self._compressor.compress(frame.encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(data)

    def attach(self, session: Session, sequence: int) -> None:
        """Let the session speak on this connection."""
        self.session = session
        self._pump = asyncio.create_task(session.pump(self._write, sequence))

    async def detach(self) -> None:
        """Stop the session's pump."""
        if self._pump:
            self._pump.cancel()
            await asyncio.wait([self._pump])
