"""The page's own calls under /sandbox: what is there, what changes, and what a visitor does."""

import asyncio
import dataclasses
import json
from pathlib import Path

from aiohttp import web

from sandbox.commands import CHAT_INPUT
from sandbox.errors import SandboxError
from sandbox.interaction_payloads import message_json
from sandbox.payloads import channel_json, user_json
from sandbox.play import Player
from sandbox.state import Channel, Interaction, InteractionKind, Json, Message, User
from sandbox.world import Kind, Subject, World

PAGE = Path(__file__).parent / "page"
POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"


class Page:
    """The page, its files, its calls and its stream of events."""

    def __init__(self, world: World, player: Player) -> None:
        self._world = world
        self._player = player
        self._visitors: dict[asyncio.Queue[Json | None], User] = {}
        world.listeners.append(self._on_change)

    def routes(self) -> list[web.RouteDef | web.StaticDef]:
        """Return the routes of the page."""
        return [
            web.get("/", self._index),
            web.static("/page", PAGE),
            web.get("/sandbox/state", self._state),
            web.get("/sandbox/events", self._events),
            web.post("/sandbox/commands", self._run),
            web.post("/sandbox/completions", self._complete),
            web.post("/sandbox/messages", self._post),
            web.get("/attachments/{channel_id}/{attachment_id}/{filename}", self._attachment),
        ]

    def end_visits(self) -> None:
        """End every visitor's stream of events."""
        for events in self._visitors:
            events.put_nowait(None)

    async def _index(self, _request: web.Request) -> web.FileResponse:
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
        return web.FileResponse(PAGE / "index.html", headers=headers)

    def _visitor(self, name: str | None) -> User:
        people = {user.name: user for user in self._world.guild.members if not user.bot}
        try:
            return people[name or "alice"]
        except KeyError:
            raise web.HTTPNotFound(text="no such person") from None

    def _place(self, body: Json) -> tuple[User, Channel]:
        """Return who does something, and where."""
        try:
            return self._visitor(body.get("user")), self._world.channel(body["channel"])
        except KeyError:
            raise web.HTTPNotFound(text="no such channel") from None

    async def _state(self, request: web.Request) -> web.Response:
        """Answer with everything that a visitor sees."""
        world, visitor = self._world, self._visitor(request.query.get("as"))
        visible = [m for m in world.messages.values() if not m.deleted and _sees(visitor, m)]
        return web.json_response(
            {
                "guild": {"id": str(world.guild.id), "name": world.guild.name},
                "channels": [channel_json(channel, world.guild) for channel in world.guild.channels],
                "members": [user_json(member) for member in world.guild.members],
                "roles": [{"id": str(role.id), "name": role.name} for role in world.guild.roles],
                "me": user_json(visitor),
                "commands": self._commands(),
                "messages": [message_json(message, world) for message in visible],
            }
        )

    def _commands(self) -> list[Json]:
        chat_input = (c for c in self._world.commands.values() if c["type"] == CHAT_INPUT)
        return sorted(chat_input, key=lambda command: str(command["name"]))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Stream the changes that a visitor sees, as server-sent events."""
        response = web.StreamResponse(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        await response.prepare(request)
        events: asyncio.Queue[Json | None] = asyncio.Queue()
        self._visitors[events] = self._visitor(request.query.get("as"))
        try:
            await response.write(b": welcome\n\n")
            while (event := await events.get()) is not None:
                await response.write(f"data: {json.dumps(event)}\n\n".encode())
        except ConnectionError:
            pass  # the visitor has left
        finally:
            del self._visitors[events]
        return response

    def _on_change(self, kind: Kind, subject: Subject) -> None:
        for events, visitor in self._visitors.items():
            if event := self._event(kind, subject, visitor):
                events.put_nowait(event)

    def _event(self, kind: Kind, subject: Subject, visitor: User) -> Json | None:
        """Return what a visitor is told about a change, if anything."""
        if kind == "commands_changed":
            return {"type": kind, "commands": self._commands()}
        if isinstance(subject, Message) and _sees(visitor, subject):
            return {"type": kind, "message": message_json(subject, self._world)}
        if isinstance(subject, Interaction) and subject.user == visitor:
            failed = subject.failed and subject.kind is InteractionKind.COMMAND
            return {"type": "interaction_failed", "id": str(subject.id)} if failed else None
        return None

    async def _run(self, request: web.Request) -> web.Response:
        body = await request.json()
        user, channel = self._place(body)
        try:
            run = self._player.run(body["command"], body["options"], user, channel)
        except SandboxError as error:
            return _refusal(error)
        return web.json_response({"id": str(run.interaction.id)}, status=202)

    async def _complete(self, request: web.Request) -> web.Response:
        body = await request.json()
        user, channel = self._place(body)
        command, option, typed, others = (body[key] for key in ("command", "option", "typed", "options"))
        try:
            choices = await self._player.complete(command, option, typed, others, user, channel)
        except SandboxError as error:
            return _refusal(error)
        return web.json_response([dataclasses.asdict(choice) for choice in choices])

    async def _post(self, request: web.Request) -> web.Response:
        body = await request.json()
        content = str(body["content"]).strip()
        if not 1 <= len(content) <= 2000:
            raise web.HTTPBadRequest(text="a message has 1 to 2000 characters")
        user, channel = self._place(body)
        message = self._player.post(content, user, channel)
        return web.json_response(message_json(message, self._world), status=201)

    async def _attachment(self, request: web.Request) -> web.Response:
        wanted = request.match_info["attachment_id"]
        for message in self._world.messages.values():
            for item in message.attachments:
                if str(item.id) == wanted and not message.deleted:
                    headers = {"Content-Type": item.content_type, "X-Content-Type-Options": "nosniff"}
                    headers["Content-Disposition"] = "attachment"
                    return web.Response(body=item.data, headers=headers)
        raise web.HTTPNotFound


def _sees(visitor: User, message: Message) -> bool:
    addressee = message.interaction and message.interaction.user
    return not message.ephemeral or addressee == visitor


def _refusal(error: SandboxError) -> web.Response:
    """Answer with the error's type and words, and the option that is at fault."""
    body = {"error": type(error).__name__, "message": str(error), "option": getattr(error, "option", None)}
    return web.json_response(body, status=422)
