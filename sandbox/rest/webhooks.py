"""The HTTP calls that need an interaction's token alone: its callback, and the messages that come of it."""

import asyncio
import time

from aiohttp import web

from sandbox.payloads.interactions import callback_json, message_json
from sandbox.rest import callbacks
from sandbox.rest import messages as answers
from sandbox.rest.bodies import json_answer, number, read_body
from sandbox.state.errors import ApiError
from sandbox.state.interactions import Interaction, InteractionKind, Message
from sandbox.state.world import World

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
WEBHOOK = "/webhooks/{application_id}/{interaction_token}"
MESSAGE = WEBHOOK + "/messages/{message_id}"


class Webhooks:
    """Answers to interactions, by their tokens."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Return the routes under /api/v10."""
        return [
            web.post(CALLBACK, self._answer),
            web.post(WEBHOOK, self._follow_up),
            web.get(MESSAGE, self._message),
            web.patch(MESSAGE, self._edit),
            web.delete(MESSAGE, self._delete),
        ]

    async def _answer(self, request: web.Request) -> web.Response:
        interaction = self._world.interactions.get(number(request.match_info["interaction_id"]))
        if interaction is None or interaction.token != request.match_info["interaction_token"]:
            raise ApiError(404, 10062, "Unknown interaction")
        body, uploads = await read_body(request)
        callbacks.answer(self._world, interaction, body, uploads)
        await asyncio.sleep(self._world.timing.callback_seconds)
        if request.query.get("with_response", "0").lower() not in ("1", "true"):
            return web.Response(status=204)
        return json_answer(callback_json(interaction, body["type"], self._world))

    def _interaction(self, request: web.Request) -> Interaction:
        """Return the answered interaction that the webhook's token belongs to."""
        path, world = request.match_info, self._world
        known = {interaction.token: interaction for interaction in world.interactions.values()}
        interaction = known.get(path["interaction_token"])
        ours = path["application_id"] == str(world.application_id)
        if not ours or interaction is None or interaction.acknowledged_after_seconds is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        if interaction.kind is InteractionKind.AUTOCOMPLETE:
            raise ApiError(404, 10015, "Unknown Webhook")
        age_seconds = time.monotonic() - interaction.created_seconds
        if interaction.token_expired or age_seconds > world.timing.token_lifetime_seconds:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return interaction

    def _answered(self, request: web.Request) -> Message:
        """Return the message that the path names: one that the interaction made, or the one clicked."""
        interaction, name = self._interaction(request), request.match_info["message_id"]
        for message in (interaction.original, *interaction.followups, interaction.source):
            named = name == "@original" and message is interaction.original
            if message and not message.deleted and (named or name == str(message.id)):
                return message
        raise ApiError(404, 10008, "Unknown Message")

    async def _follow_up(self, request: web.Request) -> web.Response:
        interaction = self._interaction(request)
        message = answers.follow_up(self._world, interaction, *await read_body(request))
        if request.query.get("wait", "false").lower() not in ("1", "true"):
            return web.Response(status=204)
        return self._shown(message)

    async def _message(self, request: web.Request) -> web.Response:
        return self._shown(self._answered(request))

    async def _edit(self, request: web.Request) -> web.Response:
        message = self._answered(request)
        answers.edit(self._world, message, *await read_body(request))
        return self._shown(message)

    async def _delete(self, request: web.Request) -> web.Response:
        answers.delete(self._world, self._answered(request))
        return web.Response(status=204)

    def _shown(self, message: Message) -> web.Response:
        return json_answer(message_json(message, self._world))
