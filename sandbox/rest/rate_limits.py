"""Discord's rate limits: how often a call may be made, said in headers, and 429 beyond that."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import md5

from aiohttp import web

from sandbox.rest.bodies import json_answer
from sandbox.rest.channels import MESSAGE, MESSAGES
from sandbox.rest.webhooks import MESSAGE as ANSWER
from sandbox.rest.webhooks import WEBHOOK

CALLS_PER_WINDOW = 5
LIMITED = {("PATCH", ANSWER), ("POST", WEBHOOK), ("PATCH", MESSAGE), ("POST", MESSAGES), ("DELETE", MESSAGE)}
MAJOR_PARAMETERS = ("channel_id", "interaction_token")  # what a limit is counted by, apart from the call itself


@dataclass(slots=True)
class Bucket:
    """One call on one channel or by one token: what is left until the window ends."""

    name: str
    ends_seconds: float  # of time.monotonic()
    left: int

    @property
    def reset_seconds(self) -> float:
        """How long the window still lasts."""
        return max(0.0, self.ends_seconds - time.monotonic())

    def headers(self) -> Mapping[str, str]:
        """Return the headers that tell of it."""
        return {
            "X-RateLimit-Limit": str(CALLS_PER_WINDOW),
            "X-RateLimit-Remaining": str(max(0, self.left)),
            "X-RateLimit-Reset": f"{time.time() + self.reset_seconds:.3f}",
            "X-RateLimit-Reset-After": f"{self.reset_seconds:.3f}",
            "X-RateLimit-Bucket": self.name,
        }

    def refusal(self) -> web.Response:
        """Return the answer to a call too many."""
        body = {"message": "You are being rate limited.", "retry_after": round(self.reset_seconds, 3), "global": False}
        response = json_answer(body, status=429)
        response.headers.update({"Retry-After": f"{self.reset_seconds:.0f}", "X-RateLimit-Scope": "user"})
        response.headers["Via"] = "1.1 google"  # without it discord.py takes the refusal for Cloudflare's
        return response


class RateLimits:
    """The buckets of one bot."""

    def __init__(self, window_seconds: float) -> None:
        self._window_seconds = window_seconds
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def take(self, request: web.Request, path: str) -> Bucket | None:
        """Count a call; return its bucket, below zero when it is a call too many, or None when it has no limit."""
        if (request.method, path) not in LIMITED or not self._window_seconds:
            return None
        key = (request.method, path, *(request.match_info.get(name, "") for name in MAJOR_PARAMETERS))
        bucket = self._buckets.get(key)
        if bucket is None or not bucket.reset_seconds:
            name = md5("".join(key[:2]).encode(), usedforsecurity=False).hexdigest()
            bucket = Bucket(name, time.monotonic() + self._window_seconds, CALLS_PER_WINDOW)
            self._buckets[key] = bucket
        bucket.left -= 1
        return bucket
