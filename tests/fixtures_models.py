"""Small real checkpoints for tests: random weights, written and read like trained ones."""

from pathlib import Path

import pytest
import torch

from models.card import Architecture, ModelCard
from models.checkpoint import checksum, stored, write_checkpoint
from models.rnn import CharRNN

ASCII = "\n" + "".join(map(chr, range(32, 127)))
LOWERCASE = "\n abcdefghijklmnopqrstuvwxyz"


def write_small(folder: Path, name: str, characters: str = ASCII, *, scale: float = 1.0, **shape: object) -> Path:
    """Write a checkpoint with random weights; a larger `scale` makes it surer of its next character."""
    sizes = {"cell": "lstm", "layers": 1, "hidden_size": 32, "embedding_size": 16} | shape
    architecture = Architecture.model_validate(sizes)
    torch.manual_seed(len(name))
    model = CharRNN(architecture, len(characters))
    with torch.no_grad():
        model.output.weight *= scale
    weights = stored(model)
    card = ModelCard(
        name=name,
        title=name.capitalize(),
        description="Random weights.",
        languages=("en",),
        licence="MIT",
        architecture=architecture,
        characters=characters,
        weights_sha256=checksum(weights),
    )
    write_checkpoint(folder / name, weights, card)
    return folder / name


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small checkpoints: `tiny` knows ASCII, `other` only lowercase letters."""
    folder = tmp_path_factory.mktemp("checkpoints")
    write_small(folder, "tiny", scale=8.0)
    write_small(folder, "other", LOWERCASE, scale=8.0, cell="gru")
    return folder
