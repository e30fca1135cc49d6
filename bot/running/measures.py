"""What is counted since the start, for /admin status and Prometheus: texts, times and faults, never who or what."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import aiohttp

from tempera.bot.discord_failure import CLIENT_ERROR, RATE_LIMITED, SERVER_ERROR

BUCKETS_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


@dataclass
class Latencies:
    """How many times were at most as long as each of BUCKETS_SECONDS, but longer than the one before, or longest."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_SECONDS) + 1))
    sum_seconds: float = 0.0

    def observe(self, seconds: float) -> None:
        """Count a time."""
        self.counts[bisect_left(BUCKETS_SECONDS, seconds)] += 1
        self.sum_seconds += seconds


@dataclass
class Measures:
    """Numbers that only grow."""

    texts: Counter[str] = field(default_factory=Counter)  # by outcome
    faults: Counter[str] = field(default_factory=Counter)  # by kind, of which there are few
    first_response: Latencies = field(default_factory=Latencies)  # from a command to its first response
    first_piece: Latencies = field(default_factory=Latencies)  # to the first characters
    text: Latencies = field(default_factory=Latencies)  # to the end of its text

    def watch(self, trace: aiohttp.TraceConfig) -> None:
        """Count the failures of the requests that a session with this trace makes."""

        async def ended(_: object, __: object, request: aiohttp.TraceRequestEndParams) -> None:
            self.faults.update(_kinds(request.response.status))

        async def failed(_: object, __: object, ___: aiohttp.TraceRequestExceptionParams) -> None:
            self.faults["Discord: no connection"] += 1

        trace.on_request_end.append(ended)
        trace.on_request_exception.append(failed)


def _kinds(status: int) -> Iterator[str]:
    """Yield what kind of fault a status is, if it is one."""
    if status >= SERVER_ERROR:
        yield "Discord: server error"
    elif status == RATE_LIMITED:
        yield "Discord: rate limited"
    elif status >= CLIENT_ERROR:
        yield "Discord: refused"
