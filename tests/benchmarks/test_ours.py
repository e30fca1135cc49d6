"""The decoder's network as a contestant."""

import torch

from benchmarks.operations import spent
from benchmarks.ours import LONGEST, decoding_network, ours
from benchmarks.writing import TEMPERATURE
from models.card import Architecture
from models.rnn import CharRNN
from models.sampling import shaping

STREAMS, STEPS = 3, 40


@torch.inference_mode()
def test_its_chunks_join_into_one_text() -> None:
    torch.manual_seed(1)
    shape = Architecture(cell="lstm", layers=2, hidden_size=32, embedding_size=16)
    model = CharRNN(shape, 11).eval()
    model.embedding.weight *= 20  # so that what is read matters to what is written
    network = decoding_network(model)

    torch.manual_seed(2)
    written = ours(network, STREAMS)(STEPS)

    torch.manual_seed(2)
    start, how = torch.zeros(STREAMS, dtype=torch.int64), shaping([TEMPERATURE] * STREAMS, [0] * STREAMS, [1] * STREAMS)
    uniforms, bias = torch.rand(LONGEST, STREAMS, 1)[:STEPS], network.output_bias.expand(STREAMS, -1).contiguous()
    at_once, _ = network.write(start, network.initial_state(start), bias, how, uniforms)
    assert written == at_once.tolist()


def test_the_profile_counts_the_operations_of_a_step() -> None:
    shape = Architecture(cell="lstm", layers=2, hidden_size=32, embedding_size=8)
    counted = {name: calls for name, calls, _ in spent(ours(decoding_network(CharRNN(shape, 40)), 2))}
    assert counted["aten::index_select"] == 1
    assert counted["aten::sigmoid"] == 2
