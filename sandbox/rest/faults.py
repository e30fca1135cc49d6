"""Faults injected into Discord's HTTP API: errors, HTML pages, cut connections and delays."""

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from tempera.sandbox.rest.bodies import json_response
from tempera.sandbox.state.errors import ApiError

RATE_LIMITED = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to a request instead of being answered normally."""

    status: int = 503
    code: int = 0  # of Discord, in the JSON body
    message: str = "injected"
    html: str = ""  # a body from a proxy in front of Discord, instead of JSON
    retry_after_seconds: float = 0.0  # with status 429
    resets: bool = False  # the connection is cut instead
    applied: bool = False  # Discord carries the request out nevertheless
    delay_seconds: float = 0.0

    def response(self) -> web.Response:
        """Return the error response."""
        if self.html:
            return web.Response(status=self.status, text=self.html, content_type="text/html")
        if self.status == RATE_LIMITED:
            body = {"message": self.message, "retry_after": self.retry_after_seconds, "global": False}
            response = json_response(body, status=self.status)
            response.headers["Via"] = "1.1 google"  # without it discord.py assumes a Cloudflare ban
            return response
        return json_response(ApiError(self.status, self.code, self.message).body(), status=self.status)


class Faults:
    """The faults that wait for their requests."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], deque[Fault]] = defaultdict(deque)

    def inject(self, call: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls fail, such as "PATCH /webhooks/{application_id}/…"; see rest/paths.py."""
        method, path = call.split(maxsplit=1)
        self._waiting[method, path].extend([fault] * times)

    def clear(self) -> None:
        """Forget all faults that have not happened yet."""
        self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the next fault of a call, if there is one."""
        waiting = self._waiting.get((method, path))
        return waiting.popleft() if waiting else None


async def answer_with(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    """Return the fault's response, after carrying the request out if the fault says so."""
    await asyncio.sleep(fault.delay_seconds)
    if fault.applied:
        await handler(request)
    if fault.resets:
        assert request.transport is not None  # noqa: S101 - the request has just come in
        request.transport.abort()
    return fault.response()
