"""The rivals of the benchmarks: the same network, written by as many characters."""

from collections.abc import Callable

import pytest
import torch

from benchmarks.rivals import PlainNetwork, char_rnn_pytorch, fair, quantised, with_onednn_off
from benchmarks.writing import Write
from tempera.models.formats.card import Architecture
from tempera.models.networks.rnn import CharRNN

ALPHABET = 11


def small(cell: str) -> CharRNN:
    torch.manual_seed(1)
    shape = Architecture.model_validate({"cell": cell, "layers": 2, "hidden_size": 32, "embedding_size": 16})
    model = CharRNN(shape, ALPHABET)
    for layer in range(2):
        torch.nn.init.normal_(model.get_parameter(f"layers.{layer}.bias_hh"))
    return model.eval().requires_grad_(requires_grad=False)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_plain_network_has_the_logits_of_ours(cell: str) -> None:
    model = small(cell)
    network, state, plain_state = PlainNetwork(model), model.initial_state(torch.tensor([0, 0])), None
    for ids in torch.randint(ALPHABET, (5, 2)):
        logits, state = model.step(ids, state)
        plain, plain_state = network(ids.unsqueeze(0), plain_state)
        torch.testing.assert_close(plain, logits)


@pytest.mark.parametrize("streams", [1, 3])
@pytest.mark.parametrize("make", [fair, quantised, char_rnn_pytorch])
def test_everyone_writes_so_many_characters_of_each_text(make: Callable[[CharRNN, int], Write], streams: int) -> None:
    written = make(small("lstm"), streams)(20)
    assert [len(step) for step in written] == [streams] * 20
    assert len({index for step in written for index in step}) > 3
    assert all(0 <= index < ALPHABET for step in written for index in step)


def test_onednn_is_off_for_a_turn_and_on_again_whatever_happens() -> None:
    assert torch.backends.mkldnn.enabled
    assert with_onednn_off(lambda: bool(torch.backends.mkldnn.enabled)) is False
    with pytest.raises(ZeroDivisionError):
        with_onednn_off(lambda: 1 / 0)
    assert torch.backends.mkldnn.enabled


def test_only_fair_writes_with_onednn_off() -> None:
    model, seen = small("lstm"), list[bool]()
    model.embedding.register_forward_hook(lambda *_: seen.append(bool(torch.backends.mkldnn.enabled)))
    fair(model, 1)(2)
    char_rnn_pytorch(model, 1)(2)
    assert seen == [False, False, True, True]


def test_the_onnx_graph_has_the_logits_of_the_network() -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    step = pytest.importorskip("benchmarks.onnx_step")
    model, ids = small("lstm"), torch.tensor([3, 7])
    graph = step.onnx_model(model).SerializeToString()
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    before = {value.name: torch.rand(1, 2, 32) - 0.5 for value in session.get_inputs()[1:]}
    state = torch.stack(list(before.values())).view(2, 2, 2, 32)
    logits, *after = session.run(None, {"ids": ids.numpy()} | {name: value.numpy() for name, value in before.items()})
    expected, state = model.step(ids, state)
    torch.testing.assert_close(torch.from_numpy(logits), expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(torch.cat([torch.from_numpy(one) for one in after]), state.flatten(0, 1))
