"""What a person asked for, beyond a text: everything that would otherwise be chosen."""

from dataclasses import dataclass
from pathlib import Path

from tempera.models.formats.layouts import Layout


@dataclass(frozen=True)
class Wishes:
    """Choices of a person; None and False stand for those that Tempera makes."""

    layout: Layout = "running"
    learns_all: bool = False  # ends with the held-out parts
    start: Path | None = None  # the checkpoint to start from
    cell: str | None = None
    layers: int | None = None
    hidden_size: int | None = None
    rate: float | None = None  # Muon's; AdamW's is a third
    dropout: float | None = None  # between layers; the others follow
    seed: int = 1
