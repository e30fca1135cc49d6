"""Muon: every gate learns at the same rate in all directions of its input."""

import math

import pytest
import torch
from torch import Tensor

from tempera.models.formats.card import Architecture
from tempera.models.networks.rnn import CharRNN
from tempera.models.training.optimizers import ADAMW_RMS, MOMENTUM, Muon, build_optimizers, orthogonalize
from tempera.models.training.recipe import Optimization

HIDDEN = 32
HOW = Optimization(
    epochs=1,
    batch_size=1,
    sequence_length=1,
    recurrent_learning_rate=0.01,
    learning_rate=0.01,
    betas=(0.9, 0.99),
    weight_decay=0.0,
    warmup_fraction=0,
    clip_norm=1,
    state_reset_probability=0,
    precision="fp32",
    seed=1,
)


def moved_by(gradient: Tensor) -> Tensor:
    """What one step at learning rate 1 takes from a weight of zeros."""
    weight = torch.nn.Parameter(torch.zeros_like(gradient))
    weight.grad = gradient
    Muon([weight], 1.0, 0.0, HIDDEN, torch.float32).step()
    return -weight.detach()


@pytest.mark.parametrize("columns", [8, 32, 80])
def test_all_directions_of_a_gates_input_move_alike(columns: int) -> None:
    torch.manual_seed(1)
    steep = torch.randn(4 * HIDDEN, columns) * torch.logspace(0, -1.5, columns)
    for block in torch.split(moved_by(steep), HIDDEN):
        values = torch.linalg.svdvals(block) / (ADAMW_RMS * math.sqrt(max(HIDDEN, columns)))
        assert values.quantile(0.1) > 0.6  # of the gradient's own: 0.05
        assert values.max() < 1.3
        assert block.square().mean().sqrt() == pytest.approx(ADAMW_RMS, rel=0.25)


def test_a_gate_with_large_gradients_does_not_slow_the_others() -> None:
    torch.manual_seed(2)
    gradient = torch.randn(4 * HIDDEN, 16)
    louder = gradient.clone()
    louder[:HIDDEN] *= 1000
    assert torch.allclose(moved_by(gradient), moved_by(louder), atol=1e-4)


def test_the_direction_is_kept() -> None:
    torch.manual_seed(3)
    orthogonal = torch.linalg.qr(torch.randn(HIDDEN, HIDDEN)).Q
    out = orthogonalize(5 * orthogonal.unsqueeze(0))[0]
    assert torch.nn.functional.cosine_similarity(out.flatten(), orthogonal.flatten(), 0) > 0.99


def test_momentum_outlasts_one_gradient() -> None:
    weight = torch.nn.Parameter(torch.zeros(HIDDEN, 8))
    optimizer = Muon([weight], 1.0, 0.0, HIDDEN, torch.float32)
    torch.manual_seed(4)
    weight.grad = torch.randn(HIDDEN, 8)
    optimizer.step()
    kept = (1 - MOMENTUM) * weight.grad
    assert torch.allclose(optimizer.state[weight]["momentum"], kept)
    weight.grad = torch.zeros(HIDDEN, 8)
    before = weight.detach().clone()
    optimizer.step()
    assert not torch.equal(weight, before)


def test_every_parameter_has_exactly_one_optimiser() -> None:
    shape = {"cell": "lstm", "layers": 2, "hidden_size": HIDDEN, "embedding_size": 8}
    model = CharRNN(Architecture.model_validate(shape), 10)
    muon, adamw = (
        [id(p) for group in one.param_groups for p in group["params"]] for one in build_optimizers(model, HOW)
    )
    assert len(muon) == 4
    assert sorted(muon + adamw) == sorted(id(parameter) for parameter in model.parameters())


def test_without_a_rate_for_muon_adamw_moves_every_parameter() -> None:
    model = CharRNN(Architecture(cell="gru", layers=2, hidden_size=8, embedding_size=4), 5)
    (adamw,) = build_optimizers(model, HOW.model_copy(update={"recurrent_learning_rate": None}))
    assert isinstance(adamw, torch.optim.AdamW)
    assert {id(p) for group in adamw.param_groups for p in group["params"]} == set(map(id, model.parameters()))
