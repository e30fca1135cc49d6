"""Records, such as names, or pairs of an input and an output, as padded batches: each starts in an initial state."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

IGNORED = -100  # the target of padding, as in torch.nn.functional.cross_entropy


@dataclass(frozen=True)
class Record:
    """The ids of a record without its end, and of the input that it answers, if it is one of a pair."""

    ids: Tensor
    source: Tensor | None = None


@dataclass(frozen=True)
class PaddedBatch:
    """Records side by side: inputs and targets (time, rows), sources (time, rows), all of one length."""

    inputs: Tensor
    targets: Tensor
    sources: Tensor | None

    @property
    def predictions(self) -> int:
        """Number of targets that count."""
        return int((self.targets != IGNORED).sum())

    def rows(self, chosen: slice, device: str) -> "PaddedBatch":
        """Return some of the rows, on a device."""
        sources = None if self.sources is None else self.sources[:, chosen].contiguous().to(device)
        inputs, targets = (part[:, chosen].contiguous().to(device) for part in (self.inputs, self.targets))
        return PaddedBatch(inputs, targets, sources)


def records_of(ids: Tensor, *, paired: bool) -> list[Record]:
    """Cut ids into records; the first id is the end of a record. In pairs, each input is followed by its output."""
    ends = (ids == ids[0]).nonzero().flatten().tolist()
    parts = [ids[start + 1 : end] for start, end in pairwise(ends)]
    if not paired:
        return [Record(part) for part in parts]
    return [Record(output, source) for source, output in zip(parts[::2], parts[1::2], strict=True)]


def padded(records: Sequence[Record], end: int, rows: int) -> PaddedBatch:
    """Return a batch of so many rows; the end of a record is both its first input and its last target.

    Rows without a record have no targets.
    """
    time = 1 + max(len(record.ids) for record in records)
    inputs, targets = torch.full((time, rows), end), torch.full((time, rows), IGNORED)
    for row, record in enumerate(records):
        inputs[1 : len(record.ids) + 1, row] = record.ids
        targets[: len(record.ids), row] = record.ids
        targets[len(record.ids), row] = end
    return PaddedBatch(inputs, targets, _sources(records, end, rows))


def _sources(records: Sequence[Record], end: int, rows: int) -> Tensor | None:
    """Return the inputs of pairs; all are as long, as the state after padding would be another one."""
    found = [record.source for record in records if record.source is not None]
    if not found:
        return None
    empty = torch.full((len(found[0]),), end)
    return torch.stack([*found, *[empty] * (rows - len(found))], dim=1)
