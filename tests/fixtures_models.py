"""Small real checkpoints for tests, made without torch: random weights, in the files of trained ones."""

import hashlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save

from tempera.models.formats.card import Architecture, ModelCard, vocabulary_entries
from tempera.models.formats.checkpoint_files import CARD_FILE, ENCODER, WEIGHTS_FILE
from tempera.models.formats.layouts import Layout
from tempera.models.tokenizers.characters import Vocabulary
from tempera.models.tokenizers.words import AnyVocabulary, WordVocabulary

Array = NDArray[np.float64]
Weights = dict[str, Array]
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
    layout: Layout = "running",
    **shape: object,
) -> Path:
    """Write a checkpoint with random weights, or the same everywhere; a larger `scale` makes it surer of what comes."""
    return _write(folder, name, Vocabulary(tuple(characters)), scale, recurrent_weight, shape, layout)


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
    layout: Layout = "running",
) -> Path:
    sizes = {"cell": "lstm", "layers": 1, "hidden_size": 32, "embedding_size": 16, "encoder": layout == "pairs"} | shape
    architecture = Architecture.model_validate(sizes)
    weights = random_weights(architecture, len(vocabulary), len(name))
    weights["output.weight"] *= scale
    if recurrent_weight is not None:
        weights["layers.0.weight_hh"][:] = recurrent_weight
    return write_network(folder, name, vocabulary, architecture, weights, layout=layout)


def random_weights(architecture: Architecture, vocabulary_size: int, seed: int) -> Weights:
    """Draw weights as a CharRNN starts with them."""
    random = np.random.default_rng(seed)
    weights = {
        name: _drawn(name, shape, architecture, random)
        for name, shape in architecture.shapes(vocabulary_size, 1).items()
    }
    if architecture.cell == "lstm":  # which starts out remembering
        for layer in range(architecture.layers):
            weights[f"layers.{layer}.bias_ih"][architecture.hidden_size : 2 * architecture.hidden_size] = 1.0
    return weights


def _drawn(name: str, shape: tuple[int, ...], architecture: Architecture, random: np.random.Generator) -> Array:
    hidden = architecture.hidden_size
    name = name.removeprefix(ENCODER)
    if name == "initial" or "bias_" in name:
        return np.zeros(shape)
    if name == "embedding.weight":
        return random.standard_normal(shape)
    if name.endswith("weight_hh"):
        return np.linalg.qr(random.standard_normal((architecture.gates, hidden, hidden))).Q.reshape(shape)
    return random.uniform(-(hidden**-0.5), hidden**-0.5, shape)


def write_network(
    folder: Path,
    name: str,
    vocabulary: AnyVocabulary,
    architecture: Architecture,
    weights: Weights,
    languages: tuple[str, ...] = ("en",),
    layout: Layout = "running",
) -> Path:
    """Write a checkpoint of these weights, stored as fp16."""
    content = save({key: value.astype(np.float16) for key, value in weights.items()})
    card = ModelCard(
        name=name,
        title=name.capitalize(),
        description="Random weights.",
        languages=languages,
        licence="MIT",
        architecture=architecture,
        layout=layout,
        weights_sha256=hashlib.sha256(content).hexdigest(),
        **vocabulary_entries(vocabulary),
    )
    path = folder / name
    path.mkdir(parents=True, exist_ok=True)
    (path / WEIGHTS_FILE).write_bytes(content)
    (path / CARD_FILE).write_text(card.model_dump_json(), encoding="utf-8")
    return path


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Compute as the decoder does: threads share out the rows, and products of other heights round differently.

    Commands that tests start do so, too: their threads would wait for each other on cores that have other work.
    """
    if find_spec("torch"):
        import torch

        torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("OMP_NUM_THREADS", "1")
        environment.setenv("CUDA_VISIBLE_DEVICES", "")  # nor on a GPU, which most machines lack
        yield


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small checkpoints: `tiny` knows ASCII, `other` only lowercase letters."""
    folder = tmp_path_factory.mktemp("checkpoints")
    write_small(folder, "tiny", scale=8.0)
    write_small(folder, "other", LOWERCASE, scale=8.0, cell="gru")
    return folder
