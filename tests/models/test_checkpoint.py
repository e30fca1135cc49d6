"""Checkpoints on disk: what is written is what is read, and damage is named before memory is taken."""

import hashlib
import json
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from tempera.models.errors import BadCheckpoint, UnknownModel
from tempera.models.formats.card import read_card
from tempera.models.formats.checkpoint_files import CARD_FILE, WEIGHTS_FILE
from tempera.models.library import Library
from tempera.models.networks.checkpoint import load_checkpoint, serialized
from tests.fixtures_models import write_small


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small(tmp_path, "small")


def edit_card(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    card = json.loads((folder / CARD_FILE).read_text())
    change(card)
    (folder / CARD_FILE).write_text(json.dumps(card))


def edit_header(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / WEIGHTS_FILE
    content = path.read_bytes()
    length = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + length])
    change(header)
    packed = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(packed)) + packed + content[8 + length :])


def set_card(**values: object) -> Callable[[Path], None]:
    return lambda folder: edit_card(folder, lambda card: card.update(values))


def set_shape(**values: object) -> Callable[[Path], None]:
    return lambda folder: edit_card(folder, lambda card: card["architecture"].update(values))


def set_tensor(name: str, **values: object) -> Callable[[Path], None]:
    return lambda folder: edit_header(folder, lambda header: header[name].update(values))


def flip_a_bit(folder: Path) -> None:
    content = bytearray((folder / WEIGHTS_FILE).read_bytes())
    content[-7] ^= 1
    (folder / WEIGHTS_FILE).write_bytes(content)


def folder_for_a_file(folder: Path) -> None:
    (folder / WEIGHTS_FILE).unlink()
    (folder / WEIGHTS_FILE).mkdir()


def infinite_weight(folder: Path) -> None:
    path = folder / WEIGHTS_FILE
    path.write_bytes(path.read_bytes()[:-2] + b"\x00\x7c")  # fp16 infinity
    edit_card(folder, lambda card: card.update(weights_sha256=hashlib.sha256(path.read_bytes()).hexdigest()))


def grow(size: int) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with (folder / WEIGHTS_FILE).open("r+b") as file:
            file.truncate(size)

    return change


DAMAGES: list[tuple[str, Callable[[Path], object], str, str]] = [
    ("card missing", lambda f: (f / CARD_FILE).unlink(), CARD_FILE, "can't be read"),
    ("card not JSON", lambda f: (f / CARD_FILE).write_text("{"), CARD_FILE, "JSON"),
    ("card not UTF-8", lambda f: (f / CARD_FILE).write_bytes(b"\xff"), CARD_FILE, "utf-8"),
    ("card huge", lambda f: (f / CARD_FILE).write_bytes(b" " * (5 * 2**20)), CARD_FILE, "more than"),
    ("unknown key", set_card(colour="red"), CARD_FILE, "colour"),
    ("unknown cell", set_shape(cell="transformer"), CARD_FILE, "cell"),
    ("absurd size", set_shape(hidden_size=10**9), CARD_FILE, "hidden_size"),
    ("text for a number", set_shape(layers="1"), CARD_FILE, "layers"),
    ("doubled character", set_card(characters="aa"), CARD_FILE, "twice"),
    ("no vocabulary", set_card(characters=""), CARD_FILE, "characters"),
    ("weights missing", lambda f: (f / WEIGHTS_FILE).unlink(), WEIGHTS_FILE, "can't be read"),
    ("weights empty", grow(0), WEIGHTS_FILE, "header"),
    ("weights cut", grow(3000), WEIGHTS_FILE, "truncated"),
    ("weights longer", grow(10**6), WEIGHTS_FILE, "truncated or corrupt"),
    ("weights oversized", grow(600 * 2**20), WEIGHTS_FILE, "more than"),
    ("a pickle", lambda f: (f / WEIGHTS_FILE).write_bytes(b"\x80\x04" * 5000), WEIGHTS_FILE, "header"),
    ("header not JSON", lambda f: (f / WEIGHTS_FILE).write_bytes(b"\x04" + bytes(11)), WEIGHTS_FILE, "not JSON"),
    ("other vocabulary", set_card(characters="abc"), WEIGHTS_FILE, "shape"),
    ("other cell", set_shape(cell="gru"), WEIGHTS_FILE, "shape"),
    ("more layers", set_shape(layers=2), WEIGHTS_FILE, "layers.1"),
    ("other dtype", set_tensor("output.bias", dtype="I64"), WEIGHTS_FILE, "output.bias"),
    ("offsets astray", set_tensor("output.bias", data_offsets=[0, 2]), WEIGHTS_FILE, ""),
    ("other dtypes", set_tensor("output.bias", dtype=["F16"]), WEIGHTS_FILE, "output.bias"),
    ("a folder for a file", folder_for_a_file, WEIGHTS_FILE, "can't be read"),
    ("a flipped bit", flip_a_bit, WEIGHTS_FILE, "sha256"),
    ("an infinite weight", infinite_weight, WEIGHTS_FILE, "too large"),
]


@pytest.mark.parametrize(("damage", "file", "message"), [row[1:] for row in DAMAGES], ids=[row[0] for row in DAMAGES])
def test_damage_is_named_by_file_and_fault(
    folder: Path, damage: Callable[[Path], object], file: str, message: str
) -> None:
    damage(folder)
    with pytest.raises(BadCheckpoint) as refused:
        load_checkpoint(folder)
    assert refused.value.path == folder / file
    assert message in refused.value.reason


def test_damaged_weights_are_found_without_torch(folder: Path) -> None:
    flip_a_bit(folder)
    with pytest.raises(BadCheckpoint, match="sha256"):
        read_card(folder)


def test_a_replaced_checkpoint_is_described_anew(tmp_path: Path) -> None:
    library = Library(tmp_path)
    write_small(tmp_path, "small")
    before = library.card("small")
    write_small(tmp_path, "small", scale=2.0)
    assert library.card("small").weights_sha256 != before.weights_sha256


def test_a_removed_checkpoint_is_unknown_from_then_on(tmp_path: Path) -> None:
    library = Library(tmp_path)
    folder = write_small(tmp_path, "small")
    library.card("small")
    (folder / CARD_FILE).unlink()
    with pytest.raises(UnknownModel):
        library.card("small")


def test_an_oversized_file_is_refused_before_it_is_read(folder: Path) -> None:
    grow(8 * 2**30)(folder)  # sparse: reading it would take 8 GiB
    with pytest.raises(BadCheckpoint, match="more than"):
        read_card(folder)


def test_stored_weights_are_what_is_loaded(folder: Path) -> None:
    model, card = load_checkpoint(folder)
    assert serialized(model) == (folder / WEIGHTS_FILE).read_bytes()
    assert card.parameters == sum(value.numel() for value in model.parameters())
    assert all(value.dtype == torch.float32 for value in model.parameters())


def test_a_weight_beyond_fp16_is_not_stored(folder: Path) -> None:
    model, _ = load_checkpoint(folder)
    model.output.bias[0] = 1e6
    with pytest.raises(ValueError, match=r"output\.bias"):
        serialized(model)


def test_the_library_names_what_it_knows(checkpoints: Path) -> None:
    with pytest.raises(UnknownModel) as refused:
        Library(checkpoints).card("shakespear")
    assert refused.value.known == ("other", "tiny")
    with pytest.raises(UnknownModel):
        Library(checkpoints).path("../checkpoints/tiny")


def test_a_missing_folder_holds_no_models(tmp_path: Path) -> None:
    assert Library(tmp_path / "none").names() == ()


def test_unfinished_folders_are_not_models(tmp_path: Path) -> None:
    write_small(tmp_path, "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "Not A Name")
    (tmp_path / "empty").mkdir()
    assert Library(tmp_path).names() == ("whole",)


@pytest.mark.slow
def test_describing_needs_neither_torch_nor_numpy(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tempera.models.library import Library;"
        f"print(Library(Path({str(folder.parent)!r})).card('small').parameters);"
        "assert not {'torch', 'numpy'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
