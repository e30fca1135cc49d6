"""Networks of other programs compute here what they computed there."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tempera.models.errors import BadCheckpoint
from tempera.models.importing.formats import read_network
from tempera.models.importing.network import ImportedNetwork
from tests.importing.old_networks import LETTERS, OldNetwork, char_rnn, cuda, torch_rnn
from tests.importing.torch7_writer import Thing, torch7_bytes

TEXT = "the quick brown fox jumps over the lazy dog.\nwho knows what it was that the dog saw?\n"
IDS = [LETTERS.index(letter) for letter in TEXT]


def our_logits(network: ImportedNetwork, ids: list[int]) -> Any:
    """What our network computes in fp32 (time, V)."""
    import torch

    from tempera.models.networks.rnn import CharRNN

    model = CharRNN(network.architecture, len(network.tokens)).eval()
    model.load_state_dict({name: torch.tensor(value) for name, value in network.weights.items()})
    with torch.inference_mode():
        logits, _ = model(torch.tensor(ids)[:, None], model.initial_state(torch.tensor([0])))
    return logits[:, 0].numpy()


def read(old: OldNetwork, tmp_path: Path) -> ImportedNetwork:
    path = tmp_path / "old.t7"
    path.write_bytes(old.content)
    return read_network(path)[1]


def refusal(top: Any, tmp_path: Path) -> str:
    path = tmp_path / "old.t7"
    path.write_bytes(torch7_bytes(top))
    with pytest.raises(BadCheckpoint) as raised:
        read_network(path)
    assert raised.value.path == path
    return raised.value.reason


OLD = {
    **{f"char-rnn {cell} {layers}": char_rnn(cell, layers) for cell in ("lstm", "gru", "rnn") for layers in (1, 2, 3)},
    "char-rnn lstm of a GPU": char_rnn("lstm", wrap=cuda),
    **{f"torch-rnn {cell} {layers}": torch_rnn(cell, layers) for cell in ("lstm", "rnn") for layers in (1, 2)},
    "torch-rnn lstm, normalized": torch_rnn("lstm", 2, is_normalized=True),
    "torch-rnn rnn, normalized": torch_rnn("rnn", 3, is_normalized=True),
}


@pytest.mark.parametrize("name", OLD)
def test_an_imported_network_computes_what_it_did(name: str, tmp_path: Path) -> None:
    network = read(OLD[name], tmp_path)
    assert network.tokens == tuple(LETTERS)
    assert np.abs(our_logits(network, IDS) - OLD[name].logits(IDS)).max() < 1e-4


def test_what_a_file_says_about_its_losses_is_kept(tmp_path: Path) -> None:
    losses = read(OLD["char-rnn gru 2"], tmp_path).losses
    assert (losses.epochs, losses.train, losses.validation) == (12.5, 1.5, 1.75)
    losses = read(OLD["torch-rnn rnn 1"], tmp_path).losses
    assert (losses.epochs, losses.train, losses.validation) == (None, 1.5, 1.6)


def test_what_is_no_network_is_refused_with_the_reason(tmp_path: Path) -> None:
    assert "no checkpoint of a program that Tempera knows" in refusal({"a": 1}, tmp_path)
    assert "no graph of modules" in refusal({"protos": {}, "vocab": {}}, tmp_path)
    assert "its embedding, output or vocabulary is missing" in refusal({"model": {}}, tmp_path)


def test_a_vocabulary_has_to_number_every_output(tmp_path: Path) -> None:
    top = char_rnn("rnn").top
    assert "numbers go from 1" in refusal(top | {"vocab": {"a": 2, "b": 3}}, tmp_path)
    assert "out of bounds" in refusal(char_rnn("rnn", 9).top, tmp_path)
    few = refusal(top | {"vocab": {"a": 1, "b": 2}}, tmp_path)
    assert "has shape" in few


def test_weights_that_had_diverged_are_refused(tmp_path: Path) -> None:
    old = torch_rnn("rnn", 1)
    old.top["model"].fields["net"].fields["modules"][1].fields["weight"][0, 0] = np.nan
    assert "its training had diverged" in refusal(old.top, tmp_path)


def test_dropout_that_scales_while_writing_is_refused(tmp_path: Path) -> None:
    old = torch_rnn("rnn", 1)
    modules = old.top["model"].fields["net"].fields["modules"]
    modules[3].fields["v2"] = False
    assert "dropout" in refusal(old.top, tmp_path)
    modules[3] = Thing("nn.Strange")
    assert "holds a nn.Strange" in refusal(old.top, tmp_path)
