"""Rows shared out over threads: the same bits, and the same rows changed in place."""

import threading
from typing import cast

import numpy as np
import pytest

from tempera.models.decoder.arithmetic.network import Ids, Network, State, Uniforms
from tempera.models.decoder.implementations.threads import LEAST_ROWS, ThreadedNetwork, threaded
from tempera.models.formats.card import Architecture
from tempera.models.networks.decoding import as_decoding_model
from tempera.models.networks.rnn import CharRNN
from tests.models.test_contexts import LETTERS

NETWORK = as_decoding_model(
    CharRNN(Architecture(cell="lstm", layers=2, hidden_size=16, embedding_size=8), len(LETTERS), 3), LETTERS
).network


def begun(rows: int) -> State:
    state = NETWORK.begin(np.arange(rows) % 3)
    state.sampling["top_k"] = np.arange(rows) % 4
    state.ids[:] = np.arange(rows) % len(LETTERS)
    return state


def drawn(rows: int) -> Uniforms:
    return np.random.default_rng(1).integers(0, 2**32, (20, rows), np.uint32)


@pytest.mark.parametrize("rows", [0, 1, 15, 16, 17, 40])
@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_no_bit(rows: int, threads: int) -> None:
    shared, alone, together = threaded(NETWORK, threads), begun(rows), begun(rows)
    given: Ids = np.random.default_rng(2).integers(0, len(LETTERS), (5, rows), np.int32)
    NETWORK.read(alone, given)
    shared.read(together, given)
    assert shared.logits(together, given).tobytes() == NETWORK.logits(alone, given).tobytes()
    assert shared.write(together, drawn(rows)).tobytes() == NETWORK.write(alone, drawn(rows)).tobytes()
    for name in ("hidden", "memory", "ids", "context"):
        assert getattr(together, name).tobytes() == getattr(alone, name).tobytes(), name


class Watched:
    """A network that notes which threads wrote how many rows."""

    languages, vocabulary_size, variant, size_bytes = 1, 1, "watched", 0

    def __init__(self) -> None:
        self.parts: list[int] = []
        self.threads: set[int] = set()
        self._all_here = threading.Barrier(3)

    def write(self, state: State, uniforms: Uniforms) -> Ids:
        self._all_here.wait(10)  # each part waits for the others: only at the same time do they get through
        self.parts.append(len(state))
        self.threads.add(threading.get_ident())
        return uniforms.astype(np.int32)


def test_rows_are_computed_at_the_same_time_in_even_parts() -> None:
    watched = Watched()
    rows = 3 * LEAST_ROWS + 2
    written = ThreadedNetwork(cast("Network", watched), 3).write(begun(rows), drawn(rows))
    assert written.shape == (20, rows)
    assert sorted(watched.parts) == [8, 9, 9]
    assert len(watched.threads) == 3
    assert threading.get_ident() in watched.threads


def test_one_thread_is_the_network_itself() -> None:
    assert threaded(NETWORK, 1) is NETWORK
