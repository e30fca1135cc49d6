"""The networks whose speed is compared."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch

from tempera.models.formats.card import Architecture
from tempera.models.library import Library
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.networks.rnn import CharRNN

CHECKPOINTS = Path(__file__).parents[1] / "models" / "checkpoints"
BUNDLED = "shakespeare"


@dataclass(frozen=True)
class Shape:
    """A network under test; random weights unless a checkpoint's name is given."""

    name: str
    architecture: Architecture
    vocabulary_size: int
    checkpoint: str | None = None
    has_targets: bool = False

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


def random_shape(cell: str, vocabulary_size: int, *, has_targets: bool = False) -> Shape:
    """Return two layers of 512 units."""
    architecture = Architecture.model_validate({"cell": cell, "layers": 2, "hidden_size": 512, "embedding_size": 128})
    return Shape(f"{cell}-{vocabulary_size}", architecture, vocabulary_size, has_targets=has_targets)


def bundled() -> Shape:
    """Return a network that is shipped."""
    card = Library(CHECKPOINTS).card(BUNDLED)
    return Shape(BUNDLED, card.architecture, len(card.vocabulary), BUNDLED, has_targets=True)


def all_shapes() -> list[Shape]:
    """Return the networks in the order in which they are printed."""
    return [
        random_shape("lstm", 65, has_targets=True),
        random_shape("lstm", 3000, has_targets=True),
        bundled(),
        random_shape("gru", 65),
        random_shape("rnn", 65),
    ]
