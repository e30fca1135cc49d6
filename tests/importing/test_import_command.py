"""`python -m models import`: a file of another program becomes a model that everything can use."""

import hashlib
import json
import os
import string
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from tempera.models.decoder.networks.loading import load
from tempera.models.errors import BadCheckpoint
from tempera.models.formats.card import read_card
from tempera.models.formats.checkpoint_files import WEIGHTS_FILE
from tempera.models.importing.alphabet import alphabet
from tempera.models.importing.formats import read_network
from tempera.models.importing.mapped_file import mapped
from tests.importing.old_networks import LETTERS, char_rnn, torch_rnn
from tests.importing.test_layouts import IDS, TEXT
from tests.models.command import run_models

BYTES = [b"a", b"b", b"\xe2", b"\x80", b"\n", b"\xc3", b" "]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models `gru`, `lstm` and `rnn`, imported from files beside them."""
    folder = tmp_path_factory.mktemp("imported")
    files = {"gru": char_rnn("gru", 2, 20), "lstm": char_rnn("lstm"), "rnn": torch_rnn("rnn", is_normalized=True)}
    for name, old in files.items():
        path = folder / f"{name}.t7"
        path.write_bytes(old.content)
        done = run_models(folder, "import", str(path), "--name", name, "--title", "An old one", "--language", "en")
        assert done.returncode == 0, done.stderr
        assert "licence is unknown" in done.stderr
    return folder


def test_the_card_says_where_a_model_comes_from(folder: Path) -> None:
    card, file = read_card(folder / "gru"), folder / "gru.t7"
    assert card.imported is not None
    assert (card.imported.program, card.imported.file) == ("char-rnn", "gru.t7")
    assert card.imported.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (card.title, card.licence, card.languages) == ("An old one", "unknown", ("en",))
    assert card.characters == LETTERS  # in the file's own order
    told = run_models(folder, "describe", "gru").stdout
    assert "Imported from char-rnn: `gru.t7`, sha256" in told
    assert "losses in nats per token: epochs 12.5, training loss 1.5, validation loss 1.75" in told
    assert "2 x GRU-RESET-BEFORE of 20" in told


def test_weights_are_stored_as_ours_are(folder: Path) -> None:
    network = read_network(folder / "gru.t7")[1]
    stored = load_file(folder / "gru" / WEIGHTS_FILE)
    assert stored.keys() == network.weights.keys()
    assert all(np.array_equal(stored[name], value.astype(np.float16)) for name, value in network.weights.items())


@pytest.mark.parametrize("name", ["gru", "lstm", "rnn"])
def test_an_imported_model_is_sampled_and_evaluated(name: str, folder: Path) -> None:
    done = run_models(folder, "sample", name, "--prompt", "the ", "--length", "40", "--finish", "exact", "--seed", "3")
    assert len(done.stdout) == 41
    assert set(done.stdout) <= set(LETTERS)
    (text := folder / "text.txt").write_text(TEXT * 30)
    told = json.loads(run_models(folder, "evaluate", name, str(text), "--split", "all", "--json").stdout)
    assert 0 < told["stream"] < 20
    assert told["skipped"] == 0


@pytest.mark.parametrize("name", ["gru", "lstm", "rnn"])
def test_the_decoder_finds_as_likely_what_the_old_program_found(name: str, folder: Path) -> None:
    old = {"gru": char_rnn("gru", 2, 20), "lstm": char_rnn("lstm"), "rnn": torch_rnn("rnn", is_normalized=True)}[name]
    network = load(folder / name, read_card(folder / name).weights_sha256).network
    logits = network.logits(network.begin(np.array([0])), np.array(IDS, np.int32)[:, None])[:, 0]
    assert (
        np.abs(logits - old.logits(IDS)).mean() < 0.05
    )  # of int8, with random weights that are far larger than learned


def test_bytes_that_are_no_characters_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "old.t7"
    path.write_bytes(char_rnn("rnn", 1, vocabulary=BYTES).content)
    done = run_models(tmp_path, "import", str(path), "--name", "bytes", "--licence", "MIT")
    assert "left out 3 bytes beyond ASCII" in done.stderr
    assert "licence" not in done.stderr
    card = read_card(tmp_path / "bytes")
    assert (card.characters, card.languages, card.licence) == ("ab\n ", ("und",), "MIT")
    whole, stored = read_network(path)[1].weights, load_file(tmp_path / "bytes" / WEIGHTS_FILE)
    assert np.array_equal(stored["output.bias"], whole["output.bias"][[0, 1, 4, 6]].astype(np.float16))
    run_models(tmp_path, "import", str(path), "--name", "latin", "--encoding", "latin-1")
    assert read_card(tmp_path / "latin").characters == "ab\xe2\x80\n\xc3 "


def test_tokens_of_torch_rnn_are_code_points_or_bytes_in_brackets(tmp_path: Path) -> None:
    (path := tmp_path / "x").write_bytes(b"x")
    file, tokens = mapped(path), ("a", "é".encode().decode("latin-1"), "[", "[233]", "[10]")
    assert alphabet(file, tokens, "utf-8").characters == "aé[\n"
    assert alphabet(file, (*tokens[:1], *tokens[2:]), "latin-1").characters == "a[é\n"
    with pytest.raises(BadCheckpoint, match="same character twice"):
        alphabet(file, tokens, "latin-1")
    with pytest.raises(BadCheckpoint, match="only character models"):
        alphabet(file, ("the", "of"), "utf-8")
    with pytest.raises(BadCheckpoint, match="only parts of them"):
        alphabet(file, ("\xe2", "\x80"), "utf-8")


def test_a_module_of_pytorch_is_imported_with_its_fixed_alphabet(tmp_path: Path) -> None:
    import torch
    from torch import nn

    size = len(string.printable)
    module = nn.ModuleDict({"encoder": nn.Embedding(size, 9), "rnn": nn.LSTM(9, 9, 2), "decoder": nn.Linear(9, size)})
    torch.save(module, path := tmp_path / "old.pt")
    assert run_models(tmp_path, "import", str(path), "--name", "old").returncode == 0
    assert read_card(tmp_path / "old").characters == string.printable

    from tempera.models.networks.checkpoint import load_checkpoint

    model, _ = load_checkpoint(tmp_path / "old")
    ids = torch.tensor([string.printable.index(letter) for letter in TEXT])[:, None]
    with torch.inference_mode():
        logits, _ = model(ids, model.initial_state(torch.tensor([0])))
        theirs = module["decoder"](module["rnn"](module["encoder"](ids))[0])
    assert (logits - theirs).abs().max() < 5e-3  # of fp16
    module = nn.ModuleDict({"encoder": nn.Embedding(9, 9), "rnn": nn.GRU(9, 9), "decoder": nn.Linear(9, 9)})
    torch.save(module.state_dict(), path)
    assert "knows 9 characters" in run_models(tmp_path, "import", str(path), "--name", "other").stderr


def test_a_refusal_says_what_to_do_and_writes_nothing(folder: Path, tmp_path: Path) -> None:
    (path := tmp_path / "a.t7").write_bytes(b"\3\0\0\0")
    done = run_models(tmp_path, "import", str(path), "--name", "new")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"models: {path}: is truncated or corrupt" in done.stderr
    assert not (tmp_path / "new").exists()
    assert "use up to 32 lowercase" in run_models(tmp_path, "import", str(path), "--name", "../x").stderr
    taken = run_models(folder, "import", str(folder / "gru.t7"), "--name", "gru")
    assert (taken.returncode, "choose another name" in taken.stderr) == (2, True)


def test_a_file_name_may_be_in_any_encoding(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.t7")
    path.write_bytes(char_rnn("rnn", 1).content)
    done = run_models(tmp_path, "import", str(path), "--name", "cafe")
    assert done.returncode == 0
    card = read_card(tmp_path / "cafe")
    assert card.imported
    assert card.imported.file == "caf\ufffd.t7"
