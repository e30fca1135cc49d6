"""Our networks against an independent NumPy reference."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tempera.models.formats.card import Architecture
from tempera.models.networks.rnn import CharRNN, Dropout, RecurrentLayer

Array = NDArray[np.float64]
CELLS = ("rnn", "gru", "lstm", "gru-reset-before")
ENGLISH = torch.tensor([0])


def network(cell: str, dropout: Dropout | None = None) -> CharRNN:
    torch.manual_seed(3)
    shape = {"cell": cell, "layers": 2, "hidden_size": 24, "embedding_size": 10}
    model = CharRNN(Architecture.model_validate(shape), 13, languages=2, dropout=dropout)
    with torch.no_grad():
        model.initial.normal_()
    return model


def sigmoid(values: Array) -> Array:
    return 1 / (1 + np.exp(-values))


def lstm(x: Array, h: Array, c: Array, weights: list[Array]) -> tuple[Array, Array]:
    w_ih, w_hh, b_ih, b_hh = weights
    i, f, g, o = np.split(w_ih @ x + b_ih + w_hh @ h + b_hh, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def gru(x: Array, h: Array, c: Array, weights: list[Array]) -> tuple[Array, Array]:
    w_ih, w_hh, b_ih, b_hh = weights
    ri, zi, ni = np.split(w_ih @ x + b_ih, 3)
    rh, zh, nh = np.split(w_hh @ h + b_hh, 3)
    z = sigmoid(zi + zh)
    return (1 - z) * np.tanh(ni + sigmoid(ri + rh) * nh) + z * h, c


def rnn(x: Array, h: Array, c: Array, weights: list[Array]) -> tuple[Array, Array]:
    w_ih, w_hh, b_ih, b_hh = weights
    return np.tanh(w_ih @ x + b_ih + w_hh @ h + b_hh), c


def reset_before(x: Array, h: Array, c: Array, weights: list[Array]) -> tuple[Array, Array]:
    w_ih, w_hh, b_ih, b_hh = weights
    ri, zi, ni = np.split(w_ih @ x + b_ih + b_hh, 3)
    rh, zh, uh = np.split(w_hh, 3)
    z, r = sigmoid(zi + zh @ h), sigmoid(ri + rh @ h)
    return (1 - z) * np.tanh(ni + uh @ (r * h)) + z * h, c


REFERENCE: dict[str, Callable[..., tuple[Array, Array]]] = {
    "rnn": rnn,
    "gru": gru,
    "lstm": lstm,
    "gru-reset-before": reset_before,
}


def reference_logits(model: CharRNN, ids: list[int], language: int) -> Array:
    values = {name: value.double().numpy() for name, value in model.state_dict().items()}
    beginning = np.tanh(values["initial"][language])
    h, c = beginning[:, 0].copy(), beginning[:, -1].copy()
    logits = []
    for character in ids:
        x = values["embedding.weight"][character]
        for layer in range(2):
            parts = [values[f"layers.{layer}.{part}"] for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
            h[layer], c[layer] = REFERENCE[model.architecture.cell](x, h[layer], c[layer], parts)
            x = h[layer]
        logits.append(values["output.weight"] @ x + values["output.bias"])
    return np.array(logits)


@pytest.mark.parametrize("language", [0, 1])
@pytest.mark.parametrize("cell", CELLS)
@torch.inference_mode()
def test_a_step_equals_the_numpy_reference(cell: str, language: int) -> None:
    model = network(cell)
    ids = [1, 5, 12, 0, 7, 7, 3]
    state, logits = model.initial_state(torch.tensor([language])), []
    for character in ids:
        step, state = model.step(torch.tensor([character]), state)
        logits.append(step[0].numpy())
    assert np.abs(np.array(logits) - reference_logits(model, ids, language)).max() < 1e-5


@pytest.mark.parametrize("cell", CELLS)
@torch.inference_mode()
def test_a_call_over_a_sequence_equals_step_by_step(cell: str) -> None:
    model = network(cell)
    ids = torch.randint(13, (40, 3))
    together, last = model(ids, model.initial_state(ENGLISH.expand(3)))
    state = model.initial_state(ENGLISH.expand(3))
    for time, row in enumerate(ids):
        logits, state = model.step(row, state)
        assert torch.allclose(logits, together[time], atol=1e-5)
    assert torch.allclose(state, last, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
@torch.inference_mode()
def test_a_carried_state_continues_where_the_last_call_stopped(cell: str) -> None:
    model = network(cell)
    ids = torch.randint(13, (30, 2))
    whole, _ = model(ids, model.initial_state(ENGLISH.expand(2)))
    _, state = model(ids[:11], model.initial_state(ENGLISH.expand(2)))
    rest, _ = model(ids[11:], state)
    assert torch.allclose(rest, whole[11:], atol=1e-5)


def test_dropout_works_in_training_only() -> None:
    model = network("lstm", Dropout(0.3, 0.3, 0.3, 0.3))
    ids = torch.randint(13, (5, 2))
    model.train()
    assert not torch.equal(
        model(ids, model.initial_state(ENGLISH.expand(2)))[0], model(ids, model.initial_state(ENGLISH.expand(2)))[0]
    )
    model.eval()
    assert torch.equal(
        model(ids, model.initial_state(ENGLISH.expand(2)))[0],
        network("lstm").eval()(ids, model.initial_state(ENGLISH.expand(2)))[0],
    )


def test_a_dropout_mask_stays_for_the_whole_window() -> None:
    model = network("rnn", Dropout(input=0.5)).train()
    silenced = model._locked_dropout(torch.ones(6, 4, 10), 0.5) == 0
    assert silenced.any()
    assert (silenced == silenced[:1]).all()
    assert not (silenced == silenced[:, :1]).all()


def test_as_many_recurrent_weights_are_silenced_as_asked_for_and_their_mean_stays() -> None:
    layer = RecurrentLayer("lstm", 4, 8, 256)
    layer.weight_hh.data.fill_(1.0)
    dropped = layer._dropped(0.35)
    assert (dropped == 0).float().mean().item() == pytest.approx(0.35, abs=0.005)
    assert dropped.mean().item() == pytest.approx(1.0, abs=0.01)
    assert torch.equal(layer.eval()._dropped(0.35), layer.weight_hh)


def test_an_lstm_starts_out_remembering() -> None:
    bias = network("lstm").get_parameter("layers.0.bias_ih")
    assert (bias[24:48] == 1).all()
    assert (bias[:24] == 0).all()
