"""The page's own calls under /sandbox: what is there, what changes, and what a visitor does."""

import asyncio
import json
from pathlib import Path

from aiohttp import web

from sandbox.client.clickables import sees
from sandbox.client.discord_client import Player
from sandbox.client.guild_admin import GuildChanges
from sandbox.payloads.interactions import message_json
from sandbox.payloads.objects import user_json
from sandbox.state.interactions import LOCALES, Guild, Interaction, InteractionKind, Json, Message, User
from sandbox.state.permissions import may
from sandbox.state.visibility import sees_channel, visible_commands
from sandbox.state.world import Kind, Subject, World
from sandbox.web.actions import SWITCHES, PageActions
from sandbox.web.visitors import channel_named, channel_view, visible_channels, visitor_named

PAGE = Path(__file__).parent.parent / "page"
POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"


class Page:
    """The page, its files, its calls and its stream of events."""

    def __init__(self, world: World, player: Player, changes: GuildChanges) -> None:
        self._world = world
        self._actions = PageActions(world, player, changes)
        self._visitors: dict[asyncio.Queue[Json | None], User] = {}
        world.listeners.append(self._on_change)

    def routes(self) -> list[web.RouteDef | web.StaticDef]:
        """Return the routes of the page."""
        return [
            web.get("/", self._index),
            web.static("/page", PAGE),
            web.get("/sandbox/state", self._state),
            web.get("/sandbox/events", self._events),
            web.get("/sandbox/commands", self._commands),
            *self._actions.routes(),
            web.get("/attachments/{channel_id}/{attachment_id}/{filename}", self._attachment),
        ]

    def end_visits(self) -> None:
        """End every visitor's stream of events."""
        for events in self._visitors:
            events.put_nowait(None)

    async def _index(self, _request: web.Request) -> web.FileResponse:
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
        return web.FileResponse(PAGE / "index.html", headers=headers)

    async def _state(self, request: web.Request) -> web.Response:
        """Answer with everything that a visitor sees."""
        world, visitor = self._world, visitor_named(self._world, request.query.get("as"))
        visible = [m for m in world.messages.values() if not m.deleted and _reads(world, visitor, m)]
        people = [world.alice, world.bob, world.bot]
        return web.json_response(
            {
                "guilds": [_guild_view(world, guild, visitor) for guild in world.guilds.values()],
                "channels": [channel_view(world, channel) for channel in visible_channels(world, visitor)],
                "members": [user_json(person) for person in people],
                "roles": [{"id": str(r.id), "name": r.name} for guild in world.guilds.values() for r in guild.roles],
                "me": user_json(visitor),
                "locale": world.locales[visitor.id],
                "locales": LOCALES,
                "messages": [message_json(message, world) for message in visible],
            }
        )

    async def _commands(self, request: web.Request) -> web.Response:
        """Answer with the commands that a visitor is offered in a channel."""
        visitor = visitor_named(self._world, request.query.get("as"))
        channel = channel_named(self._world, request.query["channel"])
        return web.json_response(visible_commands(self._world, visitor, channel))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Stream the changes that a visitor sees, as server-sent events."""
        response = web.StreamResponse(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        await response.prepare(request)
        events: asyncio.Queue[Json | None] = asyncio.Queue()
        self._visitors[events] = visitor_named(self._world, request.query.get("as"))
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
        if kind in ("commands_changed", "guilds_changed"):
            return {"type": kind}
        if isinstance(subject, Message) and _reads(self._world, visitor, subject):
            return {"type": kind, "message": message_json(subject, self._world)}
        if isinstance(subject, Interaction) and subject.user == visitor:
            return _interaction_event(subject)
        return None

    async def _attachment(self, request: web.Request) -> web.Response:
        wanted = request.match_info["attachment_id"]
        for message in self._world.messages.values():
            for item in message.attachments:
                if str(item.id) == wanted and not message.deleted:
                    headers = {"Content-Type": item.content_type, "X-Content-Type-Options": "nosniff"}
                    headers["Content-Disposition"] = "attachment"
                    return web.Response(body=item.data, headers=headers)
        raise web.HTTPNotFound


def _interaction_event(interaction: Interaction) -> Json | None:
    """Return that an interaction failed, that its form opens, or that it was taken without an answer of its own."""
    if interaction.kind is InteractionKind.AUTOCOMPLETE:
        return None
    event = {"id": str(interaction.id)}
    if interaction.failed:
        return {"type": "interaction_failed", **event}
    if interaction.modal:
        return {"type": "form_opened", **event, "form": interaction.modal}
    return {"type": "interaction_taken", **event}


def _reads(world: World, visitor: User, message: Message) -> bool:
    return sees(visitor, message) and sees_channel(world, visitor, message.channel)


def _guild_view(world: World, guild: Guild, visitor: User) -> Json:
    """Return a server as the page shows it, with what the visitor may do there."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner": guild.owner_id == visitor.id,
        "has_bot": guild.id in world.bot_guilds,
        "permissions": {name: may(guild, visitor, bit) for name, bit in SWITCHES.items()},
    }
