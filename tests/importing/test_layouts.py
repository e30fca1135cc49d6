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

IDS = [3, 0, 7, 7, 1, 12, 5, 20, 2, 2, 9, 28, 4]


def sigmoid(values: Any) -> Any:
    return 1 / (1 + np.exp(-values))


def lstm(w: list[Any], x: Any, h: Any, c: Any) -> tuple[Any, Any]:
    i, f, g, o = np.split(w[0] @ x + w[2] + w[1] @ h + w[3], 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def reset_before(w: list[Any], x: Any, h: Any, c: Any) -> tuple[Any, Any]:
    below, size = w[0] @ x + w[2] + w[3], len(h)
    r, z = np.split(sigmoid(below[: 2 * size] + w[1][: 2 * size] @ h), 2)
    return (1 - z) * np.tanh(below[2 * size :] + w[1][2 * size :] @ (r * h)) + z * h, c


def rnn(w: list[Any], x: Any, h: Any, c: Any) -> tuple[Any, Any]:
    return np.tanh(w[0] @ x + w[2] + w[1] @ h + w[3]), c


CELLS = {"lstm": lstm, "gru-reset-before": reset_before, "rnn": rnn}


def our_logits(network: ImportedNetwork, ids: list[int]) -> Any:
    """What the definition of our cells gives for a network's weights (time, V)."""
    shape, weights = network.architecture, network.weights
    h, c = np.zeros((2, shape.layers, shape.hidden_size))
    logits = []
    for index in ids:
        x = weights["embedding.weight"][index]
        for layer in range(shape.layers):
            names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            parts = [weights[f"layers.{layer}.{name}"].astype(np.float64) for name in names]
            h[layer], c[layer] = CELLS[shape.cell](parts, x, h[layer], c[layer])
            x = h[layer]
        logits.append(weights["output.weight"] @ x + weights["output.bias"])
    return np.array(logits)


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
