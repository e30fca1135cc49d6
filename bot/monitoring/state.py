"""The bot's state as Prometheus metrics, read when they are asked for."""

from collections.abc import Iterator, Mapping
from itertools import accumulate

import discord
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from tempera.bot.resources import Resources
from tempera.bot.running.measures import BUCKETS_SECONDS, Latencies


class State(Collector):
    """Yields what is in progress, which parts work, and what was counted since the start."""

    def __init__(self, client: discord.Client, resources: Resources, health: Mapping[str, str]) -> None:
        self._client, self._resources, self._health = client, resources, health

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        yield from self._present()
        yield from self._since_the_start()

    def _present(self) -> Iterator[Metric]:
        engine = self._resources.engine
        up = GaugeMetricFamily("tempera_up", "Whether a part of the bot works", labels=["part"])
        for part, problem in self._health.items():
            up.add_metric([part], not problem)
        yield up
        yield _gauge("running_texts", "Texts that are being written", engine.running)
        yield _gauge("waiting_texts", "Texts in the queue", engine.waiting)
        yield _gauge("unsaved_texts", "Texts that the database hasn't taken yet", len(self._resources.texts))
        yield _gauge("characters_per_second", "Recent speed of all texts together", engine.characters_per_second)
        yield _gauge("heartbeat_seconds", "Latency of the last heartbeat to Discord", self._client.latency)
        yield _gauge("servers", "Servers that the bot is in", len(self._client.guilds))

    def _since_the_start(self) -> Iterator[Metric]:
        measures, engine = self._resources.measures, self._resources.engine
        yield _counters("texts", "Texts that have ended, by outcome", "outcome", measures.texts)
        yield _counters("faults", "Faults, by kind", "kind", measures.faults)
        yield _counter(
            "decoder_restarts", "Times that the decoder ended and was started again", engine.decoder_restarts
        )
        failures = self._resources.texts.failures
        yield _counter("failed_transactions", "Times that the database didn't take texts", failures)
        yield _histogram("first_response", "From a command to its first response", measures.first_response)
        yield _histogram("first_piece", "From a command to the first characters", measures.first_piece)
        yield _histogram("text", "From a command to the end of its text", measures.text)


def _gauge(name: str, description: str, value: float) -> Metric:
    return GaugeMetricFamily(f"tempera_{name}", description, value)


def _counter(name: str, description: str, value: float) -> Metric:
    return CounterMetricFamily(f"tempera_{name}", description, value)


def _counters(name: str, description: str, label: str, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"tempera_{name}", description, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _histogram(name: str, description: str, latencies: Latencies) -> Metric:
    ends = (*map(str, BUCKETS_SECONDS), "+Inf")
    buckets = list(zip(ends, accumulate(latencies.counts), strict=True))
    return HistogramMetricFamily(f"tempera_{name}_seconds", description, buckets, latencies.sum_seconds)
