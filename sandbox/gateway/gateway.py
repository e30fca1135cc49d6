"""Discord's gateway for one bot: hello, identify, heartbeats, events, and resuming after a lost line."""

import json

from aiohttp import WSCloseCode, WSMsgType, web

from sandbox.gateway.session import CloseCode, Connection, Intent, Opcode, Refused, Session
from sandbox.payloads.interactions import interaction_json, message_json
from sandbox.payloads.objects import guild_json, user_json
from sandbox.state.interactions import Interaction, Json, Message
from sandbox.state.world import Kind, Subject, World

MESSAGE_EVENTS = {
    "message_created": "MESSAGE_CREATE",
    "message_changed": "MESSAGE_UPDATE",
    "message_deleted": "MESSAGE_DELETE",
}


class Gateway:
    """The WebSocket half of the stand-in."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self.heartbeats = 0
        self.identified = 0
        self.resumed = 0
        world.listeners.append(self._on_change)

    @property
    def online(self) -> bool:
        """Whether a bot is connected, or away with a session that it may resume."""
        return bool(self._sessions)

    @property
    def connected(self) -> bool:
        """Whether a bot is listening at this moment."""
        return any(connection.session for connection in self._connections)

    def send_interaction(self, interaction: Interaction) -> None:
        """Send INTERACTION_CREATE, which needs no intent."""
        for session in self._sessions.values():
            session.dispatch("INTERACTION_CREATE", interaction_json(interaction, self._world))

    def send_guild_event(self, event: str, body: Json) -> None:
        """Send an event of a server to the sessions that asked for them."""
        for session in self._sessions.values():
            if session.intents & Intent.GUILDS:
                session.dispatch(event, body)

    async def close(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Close every connection; sessions stay, so that a bot may resume."""
        for connection in list(self._connections):
            await connection.socket.close(code=code)

    async def ask_to_reconnect(self) -> None:
        """Ask the bot to reconnect and resume, as Discord does before maintenance."""
        for connection in list(self._connections):
            await connection.send(Opcode.RECONNECT)

    def forget_sessions(self) -> None:
        """Make resuming impossible: the next try is answered with an invalid session."""
        self._sessions.clear()

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(socket, compressed=request.query.get("compress") == "zlib-stream")
        self._connections.add(connection)
        try:
            interval_ms = round(self._world.timing.heartbeat_interval_seconds * 1000)
            await connection.send(Opcode.HELLO, {"heartbeat_interval": interval_ms})
            if await self._listen(connection) in (WSCloseCode.OK, WSCloseCode.GOING_AWAY):
                self._end(connection)
        except Refused as refused:
            await socket.close(code=refused.code)
        finally:
            await connection.detach()
            self._connections.remove(connection)
            self._world.announce("connection")
        return socket

    def _end(self, connection: Connection) -> None:
        """Forget the session: the bot itself has said goodbye."""
        if connection.session:
            self._sessions.pop(connection.session.id, None)

    async def _listen(self, connection: Connection) -> int | None:
        """Take the bot's frames; return the code with which it closed, None when the line was lost."""
        patience_seconds = 2 * self._world.timing.heartbeat_interval_seconds
        while True:
            try:
                frame = await connection.socket.receive(timeout=patience_seconds)
            except TimeoutError:
                raise Refused(CloseCode.SESSION_TIMED_OUT) from None
            if frame.type is not WSMsgType.TEXT:
                return int(frame.data) if frame.type is WSMsgType.CLOSE else None
            try:
                body = json.loads(frame.data)
            except json.JSONDecodeError:
                raise Refused(CloseCode.DECODE_ERROR) from None
            await self._receive(connection, body)

    async def _receive(self, connection: Connection, body: Json) -> None:
        match body.get("op"):
            case Opcode.HEARTBEAT:
                self.heartbeats += 1
                await connection.send(Opcode.HEARTBEAT_ACK)
                self._world.announce("connection")
            case Opcode.IDENTIFY | Opcode.RESUME if connection.session:
                raise Refused(CloseCode.ALREADY_AUTHENTICATED)
            case Opcode.IDENTIFY:
                self._identify(connection, body["d"])
            case Opcode.RESUME:
                await self._resume(connection, body["d"])
            case Opcode.PRESENCE if connection.session:
                pass
            case Opcode.PRESENCE:
                raise Refused(CloseCode.NOT_AUTHENTICATED)
            case _:
                raise Refused(CloseCode.UNKNOWN_OPCODE)

    def _check_token(self, data: Json) -> None:
        if str(data.get("token")).removeprefix("Bot ") != self._world.token:
            raise Refused(CloseCode.AUTHENTICATION_FAILED)

    def _identify(self, connection: Connection, data: Json) -> None:
        self._check_token(data)
        if data["intents"] & Intent.PRIVILEGED:
            raise Refused(CloseCode.DISALLOWED_INTENTS)
        session = Session(data["intents"])
        self._sessions[session.id] = session
        session.dispatch("READY", self._ready(session))
        for guild_id in sorted(self._world.bot_guilds - self._world.unavailable_guilds):
            if session.intents & Intent.GUILDS:
                session.dispatch("GUILD_CREATE", guild_json(self._world.guilds[guild_id]))
        connection.attach(session, sequence=0)
        self.identified += 1
        self._world.announce("connection")

    async def _resume(self, connection: Connection, data: Json) -> None:
        self._check_token(data)
        session = self._sessions.get(data["session_id"])
        if session is None:
            await connection.send(Opcode.INVALID_SESSION, False)
            return
        if data["seq"] > session.sequence:
            raise Refused(CloseCode.INVALID_SEQUENCE)
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

    def _on_change(self, kind: Kind, subject: Subject) -> None:
        """Send message events to the sessions whose intents ask for them."""
        if kind not in MESSAGE_EVENTS or not isinstance(subject, Message) or subject.ephemeral:
            return
        if subject.channel.guild_id not in self._world.bot_guilds:
            return
        for session in self._sessions.values():
            if session.intents & Intent.GUILD_MESSAGES:
                session.dispatch(MESSAGE_EVENTS[kind], self._message_event(kind, subject))

    def _message_event(self, kind: Kind, message: Message) -> Json:
        place = {"channel_id": str(message.channel.id), "guild_id": str(message.channel.guild_id)}
        if kind == "message_deleted":
            return {"id": str(message.id), **place}
        event = {**message_json(message, self._world), **place}
        if message.author != self._world.bot:  # without the privileged intent only its own text is seen
            event |= {"content": "", "embeds": [], "attachments": [], "components": []}
        return event
