"""A text in passages that are scored from initial states: all of it in parallel streams, or its records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import torch
from torch import Tensor
from torch.nn import functional

from tempera.models.formats.layouts import Layout
from tempera.models.networks.records import IGNORED, Record, padded, records_of
from tempera.models.networks.rnn import CharRNN

RECORDS = 64  # at a time
CHUNK = 128  # tokens per row and call: bounds memory with large vocabularies


@dataclass(frozen=True)
class Scored:
    """The logits of a chunk (time, rows, vocabulary) and its targets (time, rows)."""

    logits: Tensor
    targets: Tensor

    def nats(self, factor: float = 1.0) -> float:
        """Return the summed loss of the targets that count, with the logits scaled."""
        logits, targets = (self.logits * factor).flatten(0, 1).float(), self.targets.flatten()
        return functional.cross_entropy(logits, targets, reduction="sum", ignore_index=IGNORED).item()

    @property
    def predictions(self) -> int:
        """Number of targets that count."""
        return int((self.targets != IGNORED).sum())


def scored_chunks(model: CharRNN, texts: Sequence[Tensor], layout: Layout, rows: int) -> Iterator[Scored]:
    """Yield the chunks of texts by language, each started in its initial state; rows: of parallel streams."""
    for language, ids in enumerate(texts):
        if layout == "running":
            inputs, targets = inputs_and_targets(ids, rows)
            yield from _chunks(model, inputs, targets, model.initial_state(torch.full((rows,), language)))
        else:
            yield from _scored_records(model, records_of(ids, paired=layout == "pairs"), int(ids[0]))


def inputs_and_targets(ids: Tensor, rows: int) -> tuple[Tensor, Tensor]:
    """Cut ids (characters,) into inputs and targets (time, rows), each row a contiguous part of the text."""
    time = (len(ids) - 1) // rows
    return ids[: time * rows].view(rows, time).T, ids[1 : time * rows + 1].view(rows, time).T


def _scored_records(model: CharRNN, records: list[Record], end: int) -> Iterator[Scored]:
    """Score records; inputs of one length come together, since they are not padded."""

    def lengths(record: Record) -> tuple[int, int]:
        return 0 if record.source is None else len(record.source), len(record.ids)

    for _, group in groupby(sorted(records, key=lengths), lambda record: lengths(record)[0]):
        alike = list(group)
        for start in range(0, len(alike), RECORDS):
            some = alike[start : start + RECORDS]
            batch = padded(some, end, len(some))
            state = model.start_state(batch.sources, torch.zeros(len(some), dtype=torch.long))
            yield from _chunks(model, batch.inputs, batch.targets, state)


def _chunks(model: CharRNN, inputs: Tensor, targets: Tensor, state: Tensor) -> Iterator[Scored]:
    device = state.device
    for start in range(0, len(inputs), CHUNK):
        logits, state = model(inputs[start : start + CHUNK].to(device), state)
        yield Scored(logits, targets[start : start + CHUNK].to(device))
