"""A text in a crowd is bit for bit the text alone."""

from collections.abc import Iterator

import pytest
import torch

from models.card import Architecture
from models.engine.batch import Batch
from models.engine.request import SampleRequest
from models.rnn import CharRNN
from models.vocabulary import Vocabulary
from tests.fixtures_models import ASCII

STEPS = 20


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """As in the decoder: threads share out the rows, and the shares' heights differ."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def wide_batch() -> Batch:
    """A network wide enough that matrix products of different heights take different kernels."""
    torch.manual_seed(2)
    shape = Architecture(cell="lstm", layers=2, hidden_size=512, embedding_size=64)
    return Batch(CharRNN(shape, len(ASCII)).eval(), Vocabulary(tuple(ASCII)))


def request(seed: int, length: int = 40) -> SampleRequest:
    return SampleRequest(model="", prompt="ROMEO:", temperature=1.0, length=length, seed=seed)


@pytest.mark.parametrize("others", [1, 2, 3, 6, 16, 63])
def test_hidden_states_are_equal_to_the_last_bit(others: int) -> None:
    alone, crowd = wide_batch(), wide_batch()
    alone.admit(0, request(0))
    for key in range(1, others + 1):
        crowd.admit(key, request(key, length=5 if key % 2 else 40))  # half of them leave on the way
    crowd.admit(0, request(0))
    texts = [batch.advance(STEPS) for batch in (alone, crowd)]
    row = [live.key for live in crowd.rows].index(0)
    assert torch.equal(alone._state[:, :, 0], crowd._state[:, :, row])
    assert texts[0][0] in texts[1]


def test_a_text_keeps_its_bits_when_the_crowd_leaves() -> None:
    alone, crowd = wide_batch(), wide_batch()
    alone.admit(0, request(0))
    for key in range(9):
        crowd.admit(key, request(key))
    for batch in (alone, crowd):
        batch.advance(STEPS // 2)
    for key in range(1, 9):
        crowd.cancel(key)
    for batch in (alone, crowd):
        batch.advance(STEPS // 2)
    assert torch.equal(alone._state[:, :, 0], crowd._state[:, :, 0])
