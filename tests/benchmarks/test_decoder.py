"""The decoder's network as a contestant."""

import numpy as np
import pytest
import torch

from benchmarks.decoder import decoding_network, other_variants, quantized_network, tempera_decoder
from tempera.models.decoder.implementations.selection import best_implementation
from tempera.models.decoder.implementations.specified import SpecifiedNetwork
from tempera.models.formats.card import Architecture
from tempera.models.networks.rnn import CharRNN

STREAMS, STEPS = 3, 40


@torch.inference_mode()
def small() -> CharRNN:
    torch.manual_seed(1)
    model = CharRNN(Architecture(cell="lstm", layers=2, hidden_size=32, embedding_size=16), 11).eval()
    model.embedding.weight *= 20  # so that what is read matters to what is written
    return model.requires_grad_(requires_grad=False)


@pytest.mark.parametrize("settings", [{}, {"top_k": 3}, {"top_p": 0.5}])
def test_its_chunks_join_into_one_text(settings: dict[str, int]) -> None:
    network = decoding_network(small())
    write, at_once = tempera_decoder(network, STREAMS, **settings), tempera_decoder(network, STREAMS, **settings)
    assert write(16) + write(STEPS - 16) == at_once(STEPS)
    assert np.array(at_once(STEPS)).shape == (STEPS, STREAMS)


def test_filters_are_on_where_they_are_asked_for() -> None:
    network = decoding_network(small())
    plain = tempera_decoder(network, STREAMS)(STEPS)
    assert tempera_decoder(network, STREAMS, top_k=1)(STEPS) != plain
    assert tempera_decoder(network, STREAMS, top_p=0.1)(STEPS) != plain


def test_all_variants_write_the_same_text() -> None:
    quantized = quantized_network(small())
    expected = tempera_decoder(SpecifiedNetwork(quantized), STREAMS)(STEPS)
    assert tempera_decoder(decoding_network(small()), STREAMS)(STEPS) == expected
    for _, make in other_variants():
        assert tempera_decoder(make(quantized), STREAMS)(STEPS) == expected


def test_the_variant_that_decodes_is_no_other_one() -> None:
    assert best_implementation().variant not in dict(other_variants())
