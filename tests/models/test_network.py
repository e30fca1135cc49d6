"""The decoder's arithmetic: what it computes is what the network means, and exact where it has to be."""

import logging
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from benchmarks.faithful import MOST_KL, MOST_SHIFT, distance, own_texts
from models.card import Architecture
from models.checkpoint import load_checkpoint
from models.engine.kernels import Fbgemm, Onednn, is_exact
from models.engine.network import DecodingNetwork
from models.library import Library
from models.rnn import CharRNN

RELEASED = Library(Path(__file__).parents[2] / "models" / "checkpoints")


def model_of(cell: str, hidden_size: int = 72, layers: int = 2) -> CharRNN:
    torch.manual_seed(1)
    shape = Architecture.model_validate(
        {"cell": cell, "layers": layers, "hidden_size": hidden_size, "embedding_size": 24}
    )
    model = CharRNN(shape, 90, languages=3).eval().requires_grad_(requires_grad=False)
    model.initial.normal_()
    model.output.weight *= 12
    for layer in model.layers:
        layer.bias_ih.normal_()
        layer.bias_hh.normal_()
    return model


def logits_of(network: CharRNN | DecodingNetwork, ids: Tensor) -> Tensor:
    languages = torch.arange(ids.shape[1]) % 3
    logits: Tensor = network(ids, network.initial_state(languages))[0]
    return logits


@pytest.mark.parametrize(("arithmetic", "tolerance"), [("fp32", 1e-4), ("bf16", 0.3), ("int8", 0.6)])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_logits_are_those_of_the_network(cell: str, layers: int, arithmetic: str, tolerance: float) -> None:
    model, ids = model_of(cell, layers=layers), torch.randint(0, 90, (30, 6))
    expected = logits_of(model, ids)
    assert expected.abs().max() > 4
    found = logits_of(DecodingNetwork(model, arithmetic), ids)
    assert (found - expected).abs().max() < tolerance


def test_the_size_in_memory_is_that_of_table_and_weights() -> None:
    model, wide = model_of("lstm"), 96  # 72 units in whole vectors, and 90 ids
    table, weights = 4 * 90 * 4 * wide, (4 + 4 + 4 + 1) * wide * wide
    assert DecodingNetwork(model, "fp32").size_bytes == table + 4 * weights
    assert DecodingNetwork(model, "bf16").size_bytes == table + 2 * weights
    assert DecodingNetwork(model).size_bytes in {table + weights, table + 2 * weights}  # one kernel, or two


@pytest.mark.parametrize("name", RELEASED.names())
def test_int8_is_faithful_to_the_released_networks(name: str) -> None:
    """On text that each network writes itself, in all of its languages."""
    model, card = load_checkpoint(RELEASED.path(name))
    network = DecodingNetwork(model)
    for language, code in enumerate(card.languages):
        ids = own_texts(model, card, language, texts=8, characters=200)
        found = distance(model, network, ids, language)
        assert found.kl.mean() < MOST_KL, code
        assert abs(found.shift) < MOST_SHIFT, code


@pytest.mark.parametrize("kernel", [Fbgemm, Onednn])
@pytest.mark.parametrize("rows", [1, 2, 3, 5, 16, 64, 256])
def test_both_kernels_give_whole_numbers_also_where_everything_is_saturated(
    rows: int, kernel: type[Fbgemm | Onednn]
) -> None:
    weight = torch.where(torch.rand(96, 512) < 0.5, -127, 127).to(torch.int8)
    multiply = kernel(weight)
    random = torch.rand(rows, 512) * 254 - 127
    halves = random.floor() + 0.5
    nearly = [halves.nextafter(torch.tensor(towards)) for towards in (-200.0, 200.0)]
    saturated = 127.0 * weight[torch.arange(rows) % 96].sign()
    for hidden in (random, halves, *nearly, saturated, -saturated):
        levels = hidden.add(128).round().double() - 128
        assert torch.equal(multiply(hidden).double(), levels @ weight.double().T)


class SixteenBits(nn.Module):
    """Adds pairs of products of unsigned bytes and weights in 16 bits, as processors without VNNI do."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = weight.double()

    def forward(self, hidden: Tensor) -> Tensor:
        raised = hidden.round().double() + 128
        pairs = (raised.unsqueeze(1) * self.weight).view(len(hidden), len(self.weight), -1, 2).sum(3)
        return (pairs.clamp(-(2**15), 2**15 - 1).sum(2) - 128 * self.weight.sum(1)).float()


def test_a_kernel_that_overflows_is_noticed() -> None:
    harmless = torch.randint(-20, 21, (40, 64), dtype=torch.int8)
    assert is_exact(SixteenBits(harmless), harmless, 127)
    heavy = harmless.clone()
    heavy[7, 10:12] = 127
    assert not is_exact(SixteenBits(heavy), heavy, 127)


def test_weights_whose_sums_fp32_cannot_hold_are_noticed() -> None:
    weight = torch.full((4, 1040), 127, dtype=torch.int8)
    assert is_exact(Fbgemm(weight), weight, Fbgemm.LARGEST)
    assert not is_exact(Onednn(weight), weight, Onednn.LARGEST)
    heavier = torch.full((4, 1041), 127, dtype=torch.int8)
    assert not is_exact(Fbgemm(heavier), heavier, Fbgemm.LARGEST)


def test_a_network_too_heavy_for_exact_sums_is_decoded_in_fp32(caplog: pytest.LogCaptureFixture) -> None:
    model = model_of("rnn", hidden_size=1056, layers=1)
    assert DecodingNetwork(model).arithmetic == "int8"
    model.layers[0].weight_hh.fill_(0.01)
    with caplog.at_level(logging.WARNING):
        network = DecodingNetwork(model)
    assert network.arithmetic == "fp32"
    assert "decoding in fp32" in caplog.text
    ids = torch.randint(0, 90, (5, 3))
    assert torch.allclose(logits_of(network, ids), logits_of(model, ids), atol=1e-4)


def test_logits_in_fp32_are_the_same_for_a_lone_row() -> None:
    network, ids = DecodingNetwork(model_of("lstm"), "fp32"), torch.randint(0, 90, (30, 9))
    assert torch.equal(logits_of(network, ids[:, :1]), logits_of(network, ids)[:, :1])
