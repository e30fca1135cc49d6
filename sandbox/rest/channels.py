"""The HTTP calls that a bot makes with its own token: channels, and the messages in them."""

from aiohttp import web

from sandbox.payloads.interactions import message_json
from sandbox.payloads.objects import channel_json
from sandbox.rest import messages as answers
from sandbox.rest.bodies import json_answer, number, read_body
from sandbox.state.errors import ApiError
from sandbox.state.interactions import THREAD, Channel, Message
from sandbox.state.permissions import Permission, may
from sandbox.state.world import World

CHANNEL = "/channels/{channel_id}"
MESSAGES = CHANNEL + "/messages"
MESSAGE = MESSAGES + "/{message_id}"


def check_token(world: World, request: web.Request) -> None:
    """Refuse a call without the bot's token."""
    if request.headers.get("Authorization") != f"Bot {world.token}":
        raise ApiError(401, 0, "401: Unauthorized")


class ChannelCalls:
    """Channels and their messages, as far as the bot may see them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Return the routes under /api/v10."""
        return [
            web.get(CHANNEL, self._channel),
            web.post(MESSAGES, self._send),
            web.get(MESSAGE, self._message),
            web.patch(MESSAGE, self._edit),
            web.delete(MESSAGE, self._delete),
        ]

    def _place(self, request: web.Request, wanted: int = 0) -> Channel:
        """Return the channel, if the bot is there and has these permissions."""
        check_token(self._world, request)
        try:
            channel = self._world.channel(number(request.match_info["channel_id"]))
        except KeyError:
            raise ApiError(404, 10003, "Unknown Channel") from None
        self._check(channel, Permission.VIEW_CHANNEL, 50001, "Missing Access")
        self._check(channel, wanted, 50013, "Missing Permissions")
        return channel

    def _check(self, channel: Channel, wanted: int, code: int, message: str) -> None:
        guild = self._world.guild_of(channel)
        absent = guild is not None and guild.id not in self._world.bot_guilds
        if absent or not may(guild, self._world.bot, wanted, channel):
            raise ApiError(403, code, message)

    def _found(self, request: web.Request) -> Message:
        """Return the message; a private one is out of reach for anything but its interaction's token."""
        channel = self._place(request)
        message = self._world.messages.get(number(request.match_info["message_id"]))
        if message is None or message.deleted or message.ephemeral or message.channel != channel:
            raise ApiError(404, 10008, "Unknown Message")
        return message

    async def _channel(self, request: web.Request) -> web.Response:
        channel = self._place(request)
        return json_answer(channel_json(channel, self._world.guild_of(channel)))

    async def _send(self, request: web.Request) -> web.Response:
        channel = self._place(request)
        in_thread = channel.kind == THREAD
        needed = Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
        body, uploads = await read_body(request)
        self._place(request, needed | (Permission.ATTACH_FILES if uploads else 0))
        message = self._world.new_message(self._world.bot, channel)
        answers.write(self._world, message, body, uploads)
        answers.publish(self._world, message)
        return self._shown(message)

    async def _message(self, request: web.Request) -> web.Response:
        return self._shown(self._found(request))

    async def _edit(self, request: web.Request) -> web.Response:
        message = self._found(request)
        if message.author != self._world.bot:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        answers.edit(self._world, message, *await read_body(request))
        return self._shown(message)

    async def _delete(self, request: web.Request) -> web.Response:
        message = self._found(request)
        if message.author != self._world.bot:
            self._place(request, Permission.MANAGE_MESSAGES)
        answers.delete(self._world, message)
        return web.Response(status=204)

    def _shown(self, message: Message) -> web.Response:
        return json_answer(message_json(message, self._world))
