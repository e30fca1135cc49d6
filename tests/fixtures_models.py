"""Small real checkpoints for tests: random weights, written and read like trained ones."""

from pathlib import Path

import pytest
import torch

from models.card import AnyVocabulary, Architecture, ModelCard, vocabulary_entries
from models.checkpoint import checksum, stored, write_checkpoint
from models.rnn import CharRNN
from models.vocabulary import Vocabulary
from models.words import WordVocabulary

ASCII = "\n" + "".join(map(chr, range(32, 127)))
LOWERCASE = "\n abcdefghijklmnopqrstuvwxyz"
PLAY = """ROMEO:
'Tis but the night, the lords' own night; and don't you fear, my love: "I'll come," he said - well-beloved Romeo's no
man's fool (he'd never been).

JULIET:
  Come, night; come, Romeo! 'Tis you that I love?
  My café's open... the night is mine, and the lords' night is yours, my well-beloved.

"""


def write_small(
    folder: Path,
    name: str,
    characters: str = ASCII,
    *,
    scale: float = 1.0,
    recurrent_weight: float | None = None,
    **shape: object,
) -> Path:
    """Write a checkpoint with random weights, or the same everywhere; a larger `scale` makes it surer of what comes."""
    return _write(folder, name, Vocabulary(tuple(characters)), scale, recurrent_weight, shape)


def write_small_words(folder: Path, name: str, text: str = PLAY * 2, *, scale: float = 1.0, **shape: object) -> Path:
    """Write a checkpoint with random weights that knows the words of a text."""
    return _write(folder, name, WordVocabulary.of(text, 1000), scale, None, shape)


def _write(
    folder: Path,
    name: str,
    vocabulary: AnyVocabulary,
    scale: float,
    recurrent_weight: float | None,
    shape: dict[str, object],
) -> Path:
    sizes = {"cell": "lstm", "layers": 1, "hidden_size": 32, "embedding_size": 16} | shape
    architecture = Architecture.model_validate(sizes)
    torch.manual_seed(len(name))
    model = CharRNN(architecture, len(vocabulary))
    with torch.no_grad():
        model.output.weight *= scale
        if recurrent_weight is not None:
            model.layers[0].weight_hh.fill_(recurrent_weight)
    weights = stored(model)
    card = ModelCard(
        name=name,
        title=name.capitalize(),
        description="Random weights.",
        languages=("en",),
        licence="MIT",
        architecture=architecture,
        weights_sha256=checksum(weights),
        **vocabulary_entries(vocabulary),
    )
    write_checkpoint(folder / name, weights, card)
    return folder / name


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Compute as the decoder does: threads share out the rows, and products of other heights round differently."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small checkpoints: `tiny` knows ASCII, `other` only lowercase letters."""
    folder = tmp_path_factory.mktemp("checkpoints")
    write_small(folder, "tiny", scale=8.0)
    write_small(folder, "other", LOWERCASE, scale=8.0, cell="gru")
    return folder
