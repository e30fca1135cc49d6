"""What is counted since the start, for /admin status and Prometheus: texts, times and faults, never who or what."""

from collections.abc import Iterator

import aiohttp
from prometheus_client import CollectorRegistry, Counter, Histogram

SERVER_ERROR, CLIENT_ERROR, RATE_LIMITED = 500, 400, 429
BUCKETS_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Measures:
    """Counters and histograms in a registry of their own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.texts = Counter("tempera_texts", "Texts that have ended, by outcome", ["outcome"], registry=registry)
        self._faults = Counter("tempera_faults", "Faults, by kind", ["kind"], registry=registry)
        self.first_response_seconds = _histogram("first_response", "From a command to its first response", registry)
        self.first_piece_seconds = _histogram("first_piece", "From a command to the first characters", registry)
        self.text_seconds = _histogram("text", "From a command to the end of its text", registry)

    def count_fault(self, kind: str) -> None:
        """Count a fault; `kind` is one of few."""
        self._faults.labels(kind).inc()

    def faults(self) -> dict[str, int]:
        """Return how many faults there were, by kind."""
        samples = (sample for metric in self._faults.collect() for sample in metric.samples)
        return {sample.labels["kind"]: int(sample.value) for sample in samples if sample.name.endswith("_total")}

    def watch(self, trace: aiohttp.TraceConfig) -> None:
        """Count the failures of the requests that a session with this trace makes."""

        async def ended(_: object, __: object, request: aiohttp.TraceRequestEndParams) -> None:
            for kind in _kinds(request.response.status):
                self.count_fault(kind)

        async def failed(_: object, __: object, ___: aiohttp.TraceRequestExceptionParams) -> None:
            self.count_fault("Discord: no connection")

        trace.on_request_end.append(ended)
        trace.on_request_exception.append(failed)


def _histogram(name: str, description: str, registry: CollectorRegistry) -> Histogram:
    return Histogram(f"tempera_{name}_seconds", description, buckets=BUCKETS_SECONDS, registry=registry)


def _kinds(status: int) -> Iterator[str]:
    """Yield what kind of fault a status is, if it is one."""
    if status >= SERVER_ERROR:
        yield "Discord: server error"
    elif status == RATE_LIMITED:
        yield "Discord: rate limited"
    elif status >= CLIENT_ERROR:
        yield "Discord: refused"
