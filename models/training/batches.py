"""The batches of an epoch: parallel streams of running text, or records in random order."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import ceil

import torch
from torch import Tensor

from tempera.models.formats.layouts import Layout
from tempera.models.networks.records import PaddedBatch, Record, padded, records_of
from tempera.models.training.recipe import Optimization

SORTED_BATCHES = 32  # among so many, records of similar length come together


class Streams:
    """Running text in parallel streams; each epoch starts at another offset in it."""

    carries_state = True

    def __init__(self, texts: Sequence[Tensor], config: Optimization) -> None:
        self.texts, self.config = texts, config
        self.rows_by_language = allocate_rows(texts, config.batch_size)
        self.steps_per_epoch = sum(map(len, texts)) // config.batch_size // config.sequence_length

    def batch(self, step: int) -> PaddedBatch:
        """Return inputs and targets of the whole batch."""
        epochs, number = divmod(step, self.steps_per_epoch)
        generator = torch.Generator().manual_seed(self.config.seed * 100_003 + epochs)
        time = number * self.config.sequence_length + torch.arange(self.config.sequence_length + 1)
        text = parallel_streams(self.texts, self.rows_by_language, torch.rand((), generator=generator).item(), time)
        return PaddedBatch(text[:-1], text[1:], None)


class Records:
    """Records in random order, those of similar length together; every one starts in the initial state."""

    carries_state = False

    def __init__(self, texts: Sequence[Tensor], config: Optimization, *, paired: bool) -> None:
        (ids,) = texts
        self.config, self.end = config, int(ids[0])
        self.rows_by_language = [config.batch_size]
        self.groups = _by_source_length(records_of(ids, paired=paired))
        self.steps_per_epoch = sum(ceil(len(group) / config.batch_size) for group in self.groups)
        self._epoch, self._batches = -1, list[list[Record]]()

    def batch(self, step: int) -> PaddedBatch:
        """Return inputs, targets and sources of the whole batch."""
        epoch, number = divmod(step, self.steps_per_epoch)
        if epoch != self._epoch:
            self._epoch, self._batches = epoch, self._shuffled(epoch)
        return padded(self._batches[number], self.end, self.config.batch_size)

    def _shuffled(self, epoch: int) -> list[list[Record]]:
        generator = torch.Generator().manual_seed(self.config.seed * 100_003 + epoch)
        batches = [batch for group in self.groups for batch in self._batches_of(group, generator)]
        return [batches[index] for index in torch.randperm(len(batches), generator=generator).tolist()]

    def _batches_of(self, group: list[Record], generator: torch.Generator) -> Iterator[list[Record]]:
        size = self.config.batch_size
        order = torch.randperm(len(group), generator=generator).tolist()
        for first in range(0, len(group), SORTED_BATCHES * size):
            some = [group[index] for index in order[first : first + SORTED_BATCHES * size]]
            by_length = sorted(some, key=lambda record: len(record.ids))
            yield from (by_length[start : start + size] for start in range(0, len(by_length), size))


def training_batches(layout: Layout, texts: Sequence[Tensor], config: Optimization) -> Streams | Records:
    """Return the batches of a text in this layout."""
    return Streams(texts, config) if layout == "running" else Records(texts, config, paired=layout == "pairs")


def _by_source_length(records: Sequence[Record]) -> list[list[Record]]:
    """Group pairs by the length of their inputs; records without one are a single group."""

    def length(record: Record) -> int:
        return 0 if record.source is None else len(record.source)

    return [list(group) for _, group in groupby(sorted(records, key=length), length)]


def allocate_rows(texts: Sequence[Tensor], rows: int) -> list[int]:
    """Distribute batch rows among texts in proportion to their length, at least one each."""
    total = sum(map(len, texts))
    counts = [max(1, rows * len(text) // total) for text in texts]
    for _ in range(rows - sum(counts)):
        most_underserved = max(range(len(texts)), key=lambda index: len(texts[index]) / counts[index])
        counts[most_underserved] += 1
    return counts


def parallel_streams(texts: Sequence[Tensor], counts: Sequence[int], offset_fraction: float, time: Tensor) -> Tensor:
    """Cut texts (characters,) into parallel streams and return the ids at the given times: (time, rows).

    Streams wrap around; the first one of each text starts at `offset_fraction` of its length.
    """
    columns = [
        text[(time + int(offset_fraction * len(text)) + row * len(text) // rows) % len(text)]
        for text, rows in zip(texts, counts, strict=True)
        for row in range(rows)
    ]
    return torch.stack(columns, dim=1)
