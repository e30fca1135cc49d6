"""The networks whose speed is compared, and what is wanted of them."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import torch

from benchmarks.rounds import Wanted
from models.card import Architecture
from models.checkpoint import load_checkpoint
from models.library import Library
from models.rnn import CharRNN

CHECKPOINTS = Path(__file__).parents[1] / "models" / "checkpoints"


@dataclass(frozen=True)
class Goals:
    """Ratios to FAIR with one text, by how many texts are written together, and a share of the roofline."""

    streams: dict[int, Wanted] = field(default_factory=dict)
    choosy: Wanted | None = None  # top-k and top-p on every one of 64 texts
    roofline_share: Wanted | None = None  # one text


@dataclass(frozen=True)
class Shape:
    """A network under test; random weights unless a checkpoint's name is given."""

    name: str
    architecture: Architecture
    vocabulary_size: int
    goals: Goals = Goals()
    checkpoint: str | None = None

    @cached_property
    def model(self) -> CharRNN:
        """The network in fp32."""
        if self.checkpoint:
            return load_checkpoint(CHECKPOINTS / self.checkpoint)[0]
        torch.manual_seed(0)
        return CharRNN(self.architecture, self.vocabulary_size).eval().requires_grad_(requires_grad=False)

    def __str__(self) -> str:
        network = self.architecture
        size = f"{network.cell.upper()} {network.layers}x{network.hidden_size}, embedding {network.embedding_size}"
        return f"{size}, vocabulary {self.vocabulary_size}" + (f" ({self.checkpoint})" if self.checkpoint else "")


def random_shape(cell: str, vocabulary_size: int, goals: Goals | None = None) -> Shape:
    """Return two layers of 512 units with an embedding as wide."""
    architecture = Architecture.model_validate({"cell": cell, "layers": 2, "hidden_size": 512, "embedding_size": 512})
    return Shape(f"{cell}-{vocabulary_size}", architecture, vocabulary_size, goals or Goals())


def widest(goals: Goals = Goals()) -> Shape:
    """Return the widest shipped network of characters; among equals the one with the fewest, as 3000 are seen apart."""
    library = Library(CHECKPOINTS)
    cards = [card for card in map(library.card, library.names()) if card.unit == "character"]
    card = max(cards, key=lambda card: (card.architecture.hidden_size, -len(card.vocabulary)))
    return Shape("widest", card.architecture, len(card.vocabulary), goals, card.name)


def all_shapes() -> list[Shape]:
    """Return the networks in the order in which they are printed."""
    share = Wanted(60)
    small = {1: Wanted(5.0), 16: Wanted(36), 64: Wanted(70, aim=85)}
    large = {1: Wanted(4.5), 16: Wanted(33), 64: Wanted(55, aim=70)}
    shipped = {1: Wanted(4.4), 16: Wanted(36), 64: Wanted(70)}
    return [
        random_shape("lstm", 100, Goals(small, Wanted(55), share)),
        random_shape("lstm", 3000, Goals(large, roofline_share=share)),
        widest(Goals(shipped, roofline_share=share)),
        random_shape("gru", 100),
        random_shape("rnn", 100),
    ]
