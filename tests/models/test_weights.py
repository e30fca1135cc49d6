"""Weights as the decoder reads them: mapped, checked, and the same numbers that torch reads."""

import hashlib
import json
import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save

from tempera.models.decoder.networks.card import read_network_card
from tempera.models.decoder.networks.loading import load
from tempera.models.decoder.networks.weights import read_weights
from tempera.models.errors import BadCheckpoint
from tempera.models.formats.card import read_card
from tempera.models.formats.checkpoint_files import CARD_FILE, WEIGHTS_FILE, open_regular
from tests.fixtures_models import write_small, write_small_words
from tests.models.test_checkpoint import DAMAGES

DAMAGED_WEIGHTS = [row for row in DAMAGES if row[2] == WEIGHTS_FILE]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small(tmp_path, "small")


def saved(path: Path, tensors: dict[str, torch.Tensor]) -> str:
    path.write_bytes(save(tensors))
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_every_width_is_read_as_torch_reads_it(tmp_path: Path, dtype: torch.dtype) -> None:
    tensors = {"a": torch.randn(7, 5).to(dtype), "b": torch.tensor([0.0, -0.0, 2.0**-20, 65504.0 * 0.99]).to(dtype)}
    path = tmp_path / WEIGHTS_FILE
    weights = read_weights(path, {"a": (7, 5), "b": (4,)}, saved(path, tensors))
    for name, expected in load_file(path).items():
        assert weights[name].astype(np.float32).tobytes() == expected.float().numpy().tobytes()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 65520.0, -1e30])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_weights_that_cannot_be_computed_with_are_refused(tmp_path: Path, dtype: torch.dtype, value: float) -> None:
    path = tmp_path / WEIGHTS_FILE
    sha256 = saved(path, {"a": torch.tensor([1.0, value]).to(dtype)})
    with pytest.raises(BadCheckpoint, match="too large"):
        read_weights(path, {"a": (2,)}, sha256)


@pytest.mark.parametrize(("damage", "message"), [(row[1], row[3]) for row in DAMAGED_WEIGHTS])
def test_damaged_weights_are_refused_as_torch_refuses_them(
    folder: Path, damage: Callable[[Path], None], message: str
) -> None:
    sha256 = read_card(folder).weights_sha256
    damage(folder)
    sha256 = json.loads((folder / CARD_FILE).read_text()).get("weights_sha256", sha256)
    with pytest.raises(BadCheckpoint) as refused:
        load(folder, sha256)
    assert refused.value.path == folder / WEIGHTS_FILE
    assert message in refused.value.reason


@pytest.mark.parametrize("offsets", [[0, 8], [4, 8], [4, 4], ["0", 4], None])
def test_tensors_that_overlap_or_leave_gaps_are_refused(tmp_path: Path, offsets: object) -> None:
    entries: dict[str, dict[str, object]] = {
        name: {"dtype": "F16", "shape": [2], "data_offsets": [4 * at, 4 * at + 4]} for at, name in enumerate("ab")
    }
    entries["a"]["data_offsets"] = offsets
    header, path = json.dumps(entries).encode(), tmp_path / WEIGHTS_FILE
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(8))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(BadCheckpoint, match="wrong offsets"):
        read_weights(path, {"a": (2,), "b": (2,)}, sha256)


@pytest.mark.parametrize("name", [CARD_FILE, WEIGHTS_FILE])
def test_a_pipe_in_place_of_a_file_is_refused_at_once(folder: Path, name: str) -> None:
    sha256 = read_card(folder).weights_sha256
    (folder / name).unlink()
    os.mkfifo(folder / name)
    for reading in (read_card, lambda folder: load(folder, sha256)):
        with pytest.raises(BadCheckpoint, match="not a regular file"):
            reading(folder)


def test_a_file_is_closed_when_it_is_refused(folder: Path) -> None:
    with pytest.raises(BadCheckpoint, match="more than"):
        open_regular(folder / WEIGHTS_FILE, 10)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"architecture": 1}', "\ud800"])
def test_a_card_that_changed_into_something_else_is_refused(folder: Path, content: str) -> None:
    (folder / CARD_FILE).write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(BadCheckpoint, match="no model card"):
        read_network_card(folder)


def test_both_readers_of_a_card_agree(tmp_path: Path) -> None:
    for folder in (write_small(tmp_path, "small", cell="gru", layers=3), write_small_words(tmp_path, "wordy")):
        card, small = read_card(folder), read_network_card(folder)
        assert (small.shapes, small.vocabulary) == (card.shapes, card.vocabulary)
        assert (small.alphabets, small.weights_sha256) == (card.alphabet_by_language, card.weights_sha256)
