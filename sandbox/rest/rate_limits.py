"""Discord's rate limits: headers that report them, and status 429 for calls beyond them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import md5

from aiohttp import web

from tempera.sandbox.limits.bounds import CALLS_PER_RATE_LIMIT_WINDOW
from tempera.sandbox.rest.bodies import json_response
from tempera.sandbox.rest.paths import CHANNEL_MESSAGE, CHANNEL_MESSAGES, WEBHOOK, WEBHOOK_MESSAGE

LIMITED_ROUTES = {
    ("PATCH", WEBHOOK_MESSAGE),
    ("POST", WEBHOOK),
    ("PATCH", CHANNEL_MESSAGE),
    ("POST", CHANNEL_MESSAGES),
    ("DELETE", CHANNEL_MESSAGE),
}
MAJOR_PARAMETERS = ("channel_id", "interaction_token")  # each value has buckets of its own


@dataclass(slots=True)
class Bucket:
    """The calls left on one route, for one channel or token, until the window ends."""

    name: str
    ends_seconds: float  # of time.monotonic()
    remaining: int

    @property
    def reset_seconds(self) -> float:
        """The time until the window ends."""
        return max(0.0, self.ends_seconds - time.monotonic())

    def headers(self) -> Mapping[str, str]:
        """Return the rate limit headers."""
        return {
            "X-RateLimit-Limit": str(CALLS_PER_RATE_LIMIT_WINDOW),
            "X-RateLimit-Remaining": str(max(0, self.remaining)),
            "X-RateLimit-Reset": f"{time.time() + self.reset_seconds:.3f}",
            "X-RateLimit-Reset-After": f"{self.reset_seconds:.3f}",
            "X-RateLimit-Bucket": self.name,
        }

    def too_many_requests(self) -> web.Response:
        """Return the response to a call beyond the limit."""
        body = {"message": "You are being rate limited.", "retry_after": round(self.reset_seconds, 3), "global": False}
        response = json_response(body, status=429)
        response.headers.update({"Retry-After": f"{self.reset_seconds:.0f}", "X-RateLimit-Scope": "user"})
        response.headers["Via"] = "1.1 google"  # without it discord.py assumes a Cloudflare ban
        return response


class RateLimits:
    """The bot's buckets."""

    def __init__(self, window_seconds: float) -> None:
        self._window_seconds = window_seconds
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def take(self, request: web.Request, path: str) -> Bucket | None:
        """Count a call and return its bucket, or None without a limit; `remaining` is negative beyond the limit."""
        if (request.method, path) not in LIMITED_ROUTES or not self._window_seconds:
            return None
        key = (request.method, path, *(request.match_info.get(name, "") for name in MAJOR_PARAMETERS))
        bucket = self._buckets.get(key)
        if bucket is None or not bucket.reset_seconds:
            name = md5("".join(key[:2]).encode(), usedforsecurity=False).hexdigest()
            bucket = Bucket(name, time.monotonic() + self._window_seconds, CALLS_PER_RATE_LIMIT_WINDOW)
            self._buckets[key] = bucket
        bucket.remaining -= 1
        return bucket
