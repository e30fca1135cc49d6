"""Serves the web page: its files, its state, and a stream of events."""

import asyncio
import json
from pathlib import Path

from aiohttp import web

from tempera.sandbox.client.discord_client import DiscordClient
from tempera.sandbox.client.guild_admin import GuildAdmin
from tempera.sandbox.limits.bounds import MESSAGE_CONTENT, STRING_OPTION_CHARACTERS, TEXT_INPUT_VALUE, THREAD_NAME
from tempera.sandbox.payloads.commands import localized
from tempera.sandbox.payloads.interactions import message_json
from tempera.sandbox.payloads.objects import user_json
from tempera.sandbox.state.commands import CommandType
from tempera.sandbox.state.guilds import Guild, User
from tempera.sandbox.state.interactions import Interaction, InteractionType, StoredMessage
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.permissions import has_permissions
from tempera.sandbox.state.visibility import sees_message, visible_commands
from tempera.sandbox.state.world import Change, Subject, World
from tempera.sandbox.web.actions import PERMISSION_SWITCHES, PageActions
from tempera.sandbox.web.locales import LOCALES
from tempera.sandbox.web.visitors import channel_named, channel_view, visible_channels, visitor_named

PAGE = Path(__file__).parent.parent / "page"
CONTENT_SECURITY_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

LIMITS = {  # the page checks these before it sends anything
    "content": MESSAGE_CONTENT.maximum,
    "thread_name": THREAD_NAME.maximum,
    "text_input": TEXT_INPUT_VALUE.maximum,
    "string_option": STRING_OPTION_CHARACTERS,
}


class Page:
    """The endpoints of the web page."""

    def __init__(self, world: World, client: DiscordClient, admin: GuildAdmin) -> None:
        self._world = world
        self._actions = PageActions(world, client, admin)
        self._event_queues: dict[asyncio.Queue[Json | None], User] = {}
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

    def close_streams(self) -> None:
        """End all event streams."""
        for events in self._event_queues:
            events.put_nowait(None)

    async def _index(self, _request: web.Request) -> web.FileResponse:
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-cache"}
        return web.FileResponse(PAGE / "index.html", headers=headers)

    async def _state(self, request: web.Request) -> web.Response:
        """Return everything that the visitor sees."""
        world, visitor = self._world, visitor_named(self._world, request.query.get("as"))
        visible = [m for m in world.messages.values() if not m.deleted and sees_message(world, visitor, m)]
        members = [world.alice, world.bob, world.bot]
        return web.json_response(
            {
                "guilds": [_guild_view(world, guild, visitor) for guild in world.guilds.values()],
                "channels": [channel_view(world, channel) for channel in visible_channels(world, visitor)],
                "members": [user_json(member) for member in members],
                "roles": [{"id": str(r.id), "name": r.name} for guild in world.guilds.values() for r in guild.roles],
                "me": user_json(visitor),
                "locale": world.locales[visitor.id],
                "locales": LOCALES,
                "limits": LIMITS,
                "messages": [message_json(message, world) for message in visible],
            }
        )

    async def _commands(self, request: web.Request) -> web.Response:
        """Return the commands of a kind that the visitor sees in a channel, in the language of their client."""
        visitor = visitor_named(self._world, request.query.get("as"))
        channel = channel_named(self._world, request.query["channel"])
        kind = CommandType(int(request.query.get("type", CommandType.CHAT_INPUT)))
        commands = visible_commands(self._world, visitor, channel, kind)
        return web.json_response([localized(one, self._world.locales[visitor.id]) for one in commands])

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Stream the changes that the visitor sees, as server-sent events."""
        response = web.StreamResponse(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        await response.prepare(request)
        events: asyncio.Queue[Json | None] = asyncio.Queue()
        self._event_queues[events] = visitor_named(self._world, request.query.get("as"))
        try:
            await response.write(b": welcome\n\n")
            while (event := await events.get()) is not None:
                await response.write(f"data: {json.dumps(event)}\n\n".encode())
        except ConnectionError:
            pass  # the visitor closed the page
        finally:
            del self._event_queues[events]
        return response

    def _on_change(self, change: Change, subject: Subject) -> None:
        for events, visitor in self._event_queues.items():
            if event := self._event(change, subject, visitor):
                events.put_nowait(event)

    def _event(self, change: Change, subject: Subject, visitor: User) -> Json | None:
        """Return the event that tells the visitor of a change, or None if it doesn't concern them."""
        if change in ("commands_changed", "guilds_changed", "locale_changed"):
            return {"type": change}
        if isinstance(subject, StoredMessage) and sees_message(self._world, visitor, subject):
            return {"type": change, "message": message_json(subject, self._world)}
        if isinstance(subject, Interaction) and subject.user == visitor:
            return _interaction_event(subject)
        return None

    async def _attachment(self, request: web.Request) -> web.Response:
        attachment_id = request.match_info["attachment_id"]
        for message in self._world.messages.values():
            for item in message.attachments:
                if str(item.id) == attachment_id and not message.deleted:
                    headers = {"Content-Type": item.content_type, "X-Content-Type-Options": "nosniff"}
                    headers["Content-Disposition"] = "attachment"
                    return web.Response(body=item.data, headers=headers)
        raise web.HTTPNotFound


def _interaction_event(interaction: Interaction) -> Json | None:
    """Return the event for a failed interaction, an opened modal, or an acknowledgement."""
    if interaction.kind is InteractionType.AUTOCOMPLETE:
        return None
    event = {"id": str(interaction.id)}
    if interaction.failed:
        return {"type": "interaction_failed", **event}
    if interaction.modal:
        return {"type": "modal_opened", **event, "modal": interaction.modal}
    return {"type": "interaction_acknowledged", **event}


def _guild_view(world: World, guild: Guild, visitor: User) -> Json:
    """Return a guild for the page, with the visitor's permissions."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "locale": guild.preferred_locale,
        "owner": guild.owner_id == visitor.id,
        "has_bot": guild.id in world.bot_guilds,
        "permissions": {name: has_permissions(guild, visitor, bit) for name, bit in PERMISSION_SWITCHES.items()},
    }
