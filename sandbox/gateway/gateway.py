"""Discord's gateway: hello, identify, heartbeats, events, and resuming after a lost connection."""

import asyncio
import json

from aiohttp import WSCloseCode, WSMsgType, web

from tempera.sandbox.gateway.session import CloseCode, Connection, Intent, Opcode, ProtocolError, Session
from tempera.sandbox.payloads.interactions import interaction_json, message_json
from tempera.sandbox.payloads.objects import guild_json, user_json
from tempera.sandbox.state.interactions import Interaction, StoredMessage
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.world import Change, Subject, World

# discord.py notes when it has sent a heartbeat just after that: an answer as fast as this machine would seem to be one
# to the heartbeat before.
NETWORK_SECONDS = 0.02
MESSAGE_EVENTS = {
    "message_created": "MESSAGE_CREATE",
    "message_changed": "MESSAGE_UPDATE",
    "message_deleted": "MESSAGE_DELETE",
}


class Gateway:
    """The WebSocket server that bots connect to."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self.heartbeats = 0
        self.identified = 0
        self.resumed = 0
        self.accepts = True  # connections; otherwise Discord is out of order
        self.refusal: CloseCode | None = None  # with which every bot's IDENTIFY is refused
        world.listeners.append(self._on_change)

    @property
    def online(self) -> bool:
        """Whether a bot is connected, or has a session that it can resume."""
        return bool(self._sessions)

    @property
    def connected(self) -> bool:
        """Whether a bot is connected now."""
        return any(connection.session for connection in self._connections)

    def send_interaction(self, interaction: Interaction) -> None:
        """Send INTERACTION_CREATE, which requires no intent."""
        for session in self._sessions.values():
            session.dispatch("INTERACTION_CREATE", interaction_json(interaction, self._world))

    def send_guild_event(self, event: str, body: Json) -> None:
        """Send a guild event to the sessions with the GUILDS intent."""
        for session in self._sessions.values():
            if session.intents & Intent.GUILDS:
                session.dispatch(event, body)

    async def close(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Close every connection; sessions stay, so that bots can resume."""
        for connection in list(self._connections):
            await connection.socket.close(code=code)

    async def send_garbage(self, frame: str) -> None:
        """Send every bot a frame that isn't what the protocol says."""
        for connection in list(self._connections):
            await connection.send_frame(frame)

    async def request_reconnect(self) -> None:
        """Ask bots to reconnect and resume, as Discord does before maintenance."""
        for connection in list(self._connections):
            await connection.send(Opcode.RECONNECT)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        if not self.accepts:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(socket, compressed=request.query.get("compress") == "zlib-stream")
        self._connections.add(connection)
        try:
            interval_ms = round(self._world.timing.heartbeat_interval_seconds * 1000)
            await connection.send(Opcode.HELLO, {"heartbeat_interval": interval_ms})
            if await self._receive_frames(connection) in (WSCloseCode.OK, WSCloseCode.GOING_AWAY):
                self._drop_session(connection)
        except ProtocolError as error:
            await socket.close(code=error.code)
        finally:
            await connection.detach()
            self._connections.remove(connection)
            self._world.announce("connection")
        return socket

    def _drop_session(self, connection: Connection) -> None:
        """Drop the session of a bot that closed its connection properly."""
        if connection.session:
            self._sessions.pop(connection.session.id, None)

    async def _receive_frames(self, connection: Connection) -> int | None:
        """Handle the bot's frames; return its close code, or None if the connection was lost."""
        timeout_seconds = 2 * self._world.timing.heartbeat_interval_seconds
        while True:
            try:
                frame = await connection.socket.receive(timeout=timeout_seconds)
            except TimeoutError:
                raise ProtocolError(CloseCode.SESSION_TIMED_OUT) from None
            if frame.type is not WSMsgType.TEXT:
                return int(frame.data) if frame.type is WSMsgType.CLOSE else None
            try:
                body = json.loads(frame.data)
            except json.JSONDecodeError:
                raise ProtocolError(CloseCode.DECODE_ERROR) from None
            await self._handle(connection, body)

    async def _handle(self, connection: Connection, body: Json) -> None:
        match body.get("op"):
            case Opcode.HEARTBEAT:
                self.heartbeats += 1
                if connection.session:
                    connection.session.drop_received(body.get("d") or 0)
                await asyncio.sleep(NETWORK_SECONDS)
                await connection.send(Opcode.HEARTBEAT_ACK)
                self._world.announce("connection")
            case Opcode.IDENTIFY | Opcode.RESUME if connection.session:
                raise ProtocolError(CloseCode.ALREADY_AUTHENTICATED)
            case Opcode.IDENTIFY:
                await self._identify(connection, body["d"])
            case Opcode.RESUME:
                await self._resume(connection, body["d"])
            case Opcode.PRESENCE_UPDATE if connection.session:
                pass
            case Opcode.PRESENCE_UPDATE:
                raise ProtocolError(CloseCode.NOT_AUTHENTICATED)
            case _:
                raise ProtocolError(CloseCode.UNKNOWN_OPCODE)

    def _check_token(self, data: Json) -> None:
        if str(data.get("token")).removeprefix("Bot ") != self._world.token:
            raise ProtocolError(CloseCode.AUTHENTICATION_FAILED)

    async def _identify(self, connection: Connection, data: Json) -> None:
        self._check_token(data)
        if self.refusal:
            raise ProtocolError(self.refusal)
        if data["intents"] & Intent.PRIVILEGED:
            raise ProtocolError(CloseCode.DISALLOWED_INTENTS)
        session = Session(data["intents"])
        self._sessions[session.id] = session
        session.dispatch("READY", self._ready(session))
        connection.attach(session, sequence=0)
        for guild_id in sorted(self._world.bot_guilds - self._world.unavailable_guilds):
            if session.intents & Intent.GUILDS:
                session.dispatch("GUILD_CREATE", guild_json(self._world.guilds[guild_id]))
                await asyncio.sleep(0)  # there may be thousands
        self.identified += 1
        self._world.announce("connection")

    async def _resume(self, connection: Connection, data: Json) -> None:
        self._check_token(data)
        session = self._sessions.get(data["session_id"])
        if session is None or data["seq"] < session.received:
            await connection.send(Opcode.INVALID_SESSION, False)
            return
        if data["seq"] > session.sequence:
            raise ProtocolError(CloseCode.INVALID_SEQUENCE)
        connection.attach(session, sequence=data["seq"])
        session.dispatch("RESUMED", {})
        self.resumed += 1
        self._world.announce("connection")

    def _ready(self, session: Session) -> Json:
        return {
            "v": 10,
            "user": {**user_json(self._world.bot), "mfa_enabled": False, "verified": True, "email": None},
            "guilds": [{"id": str(one), "unavailable": True} for one in sorted(self._world.bot_guilds)],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self._world.url.replace("http", "ws", 1) + "/gateway",
            "application": {"id": str(self._world.application_id), "flags": 0},
            "private_channels": [],
        }

    def _on_change(self, change: Change, subject: Subject) -> None:
        """Send message events to the sessions with the intent for messages in servers, or direct ones."""
        if change not in MESSAGE_EVENTS or not isinstance(subject, StoredMessage) or subject.ephemeral:
            return
        is_direct = subject.channel.guild_id is None
        if not is_direct and subject.channel.guild_id not in self._world.bot_guilds:
            return
        for session in self._sessions.values():
            if session.intents & (Intent.DIRECT_MESSAGES if is_direct else Intent.GUILD_MESSAGES):
                session.dispatch(MESSAGE_EVENTS[change], self._message_event(change, subject))

    def _message_event(self, change: Change, message: StoredMessage) -> Json:
        guild_id = message.channel.guild_id
        location = {"channel_id": str(message.channel.id), **({"guild_id": str(guild_id)} if guild_id else {})}
        if change == "message_deleted":
            return {"id": str(message.id), **location}
        event = {**message_json(message, self._world), **location}
        # Without the MESSAGE_CONTENT intent, bots see the content of their own, direct and mentioning messages only.
        bot = self._world.bot
        if guild_id and message.author != bot and bot not in message.user_mentions:
            event |= {"content": "", "embeds": [], "attachments": [], "components": []}
        return event
