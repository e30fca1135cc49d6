"""The channel and message endpoints, which require the bot's token."""

from aiohttp import web

from tempera.sandbox.payloads.interactions import message_json
from tempera.sandbox.payloads.objects import channel_json
from tempera.sandbox.rest import messages
from tempera.sandbox.rest.bodies import json_response, parse_id, read_body
from tempera.sandbox.rest.paths import CHANNEL, CHANNEL_MESSAGE, CHANNEL_MESSAGES
from tempera.sandbox.state.errors import ApiError
from tempera.sandbox.state.guilds import Channel, ChannelType
from tempera.sandbox.state.interactions import StoredMessage
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.permissions import Permission, has_permissions
from tempera.sandbox.state.world import World


def check_token(world: World, request: web.Request) -> None:
    """Raise ApiError unless the request carries the bot's token."""
    if request.headers.get("Authorization") != f"Bot {world.token}":
        raise ApiError(401, 0, "401: Unauthorized")


def ping_whom_it_replies_to(message: StoredMessage, allowed: Json | None) -> None:
    """Ping the author of the message that is replied to, unless the reply says otherwise."""
    if message.reply_to and (allowed is None or allowed.get("replied_user")):
        message.user_mentions += (message.reply_to.author,)
        message.pings.append(f"<@{message.reply_to.author.id}>")


class ChannelEndpoints:
    """Serves the channels that the bot can see, and their messages."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Return the routes under /api/v10."""
        return [
            web.get(CHANNEL, self._get_channel),
            web.post(CHANNEL_MESSAGES, self._send),
            web.get(CHANNEL_MESSAGE, self._get_message),
            web.patch(CHANNEL_MESSAGE, self._edit),
            web.delete(CHANNEL_MESSAGE, self._delete),
        ]

    def _channel(self, request: web.Request, needed: int = 0) -> Channel:
        """Return the channel; raises ApiError unless the bot can see it and has these permissions."""
        check_token(self._world, request)
        try:
            channel = self._world.channel(parse_id(request.match_info["channel_id"]))
        except KeyError:
            raise ApiError(404, 10003, "Unknown Channel") from None
        self._check(channel, Permission.VIEW_CHANNEL, 50001, "Missing Access")
        self._check(channel, needed, 50013, "Missing Permissions")
        return channel

    def _check(self, channel: Channel, needed: int, code: int, message: str) -> None:
        guild = self._world.guild_of(channel)
        absent = guild is not None and guild.id not in self._world.bot_guilds
        if absent or not has_permissions(guild, self._world.bot, needed, channel):
            raise ApiError(403, code, message)

    def _message(self, request: web.Request) -> StoredMessage:
        """Return the message; ephemeral ones are accessible only by their interaction's token."""
        channel = self._channel(request)
        message = self._world.messages.get(parse_id(request.match_info["message_id"]))
        if message is None or message.deleted or message.ephemeral or message.channel != channel:
            raise ApiError(404, 10008, "Unknown Message")
        return message

    async def _get_channel(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        return json_response(channel_json(channel, self._world.guild_of(channel)))

    async def _send(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        in_thread = channel.kind is ChannelType.THREAD
        needed = Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
        body, uploads = await read_body(request)
        self._channel(request, needed | (Permission.ATTACH_FILES if uploads else 0))
        message = self._world.new_message(self._world.bot, channel)
        message.reply_to = self._referenced(body, channel)
        messages.write(self._world, message, body, uploads)
        ping_whom_it_replies_to(message, body.get("allowed_mentions"))
        self._world.publish(message)
        return self._message_response(message)

    def _referenced(self, body: Json, channel: Channel) -> StoredMessage | None:
        """Return the message that is replied to; raises ApiError for one that isn't in the channel."""
        reference = body.get("message_reference")
        if reference is None:
            return None
        found = self._world.messages.get(int(reference["message_id"]))
        if found is not None and not found.deleted and found.channel == channel:
            return found
        if reference.get("fail_if_not_exists", True):
            raise ApiError(400, 50035, "Unknown message")
        return None

    async def _get_message(self, request: web.Request) -> web.Response:
        return self._message_response(self._message(request))

    async def _edit(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if message.author != self._world.bot:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        messages.edit(self._world, message, *await read_body(request))
        return self._message_response(message)

    async def _delete(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if message.author != self._world.bot:
            self._channel(request, Permission.MANAGE_MESSAGES)
        messages.delete(self._world, message)
        return web.Response(status=204)

    def _message_response(self, message: StoredMessage) -> web.Response:
        return json_response(message_json(message, self._world))
