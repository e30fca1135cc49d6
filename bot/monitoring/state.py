"""The bot's present state as Prometheus metrics, read when they are asked for."""

from collections.abc import Iterator

import discord
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from tempera.bot.resources import Resources


class State(Collector):
    """Yields gauges of what is in progress, and which parts work."""

    def __init__(self, client: discord.Client, resources: Resources, problems: dict[str, str]) -> None:
        self._client, self._resources, self._problems = client, resources, problems

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        engine = self._resources.engine
        up = GaugeMetricFamily("tempera_up", "Whether a part of the bot works", labels=["part"])
        for part in ("discord", "database", "decoder"):
            up.add_metric([part], part not in self._problems)
        yield up
        yield _gauge("running_texts", "Texts that are being written", engine.running)
        yield _gauge("waiting_texts", "Texts in the queue", engine.waiting)
        yield _gauge("unsaved_texts", "Texts that the database hasn't taken yet", len(self._resources.texts))
        yield _gauge("characters_per_second", "Recent speed of all texts together", engine.characters_per_second)
        yield _gauge("latency_seconds", "Of the last heartbeat to Discord", self._client.latency)
        yield _gauge("servers", "Servers that the bot is in", len(self._client.guilds))
        yield _counter(
            "decoder_restarts", "Times that the decoder ended and was started again", engine.decoder_restarts
        )
        failures = self._resources.texts.failures
        yield _counter("failed_transactions", "Times that the database didn't take texts", failures)


def _gauge(name: str, description: str, value: float) -> Metric:
    return GaugeMetricFamily(f"tempera_{name}", description, value)


def _counter(name: str, description: str, value: float) -> Metric:
    return CounterMetricFamily(f"tempera_{name}", description, value)
