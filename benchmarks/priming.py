"""`python -m benchmarks.priming`: seconds to read a long prompt, in turns on one core with one thread.

FAIR reads one character at a time with oneDNN off, as `rivals` writes; one call of nn.LSTM reads all of them.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import Tensor

from benchmarks.decoder import decoding_network
from benchmarks.rivals import PlainNetwork, with_onednn_off
from benchmarks.rounds import Row, Target, chosen, interleaved, print_rows, ratios, use_one_core, write_csv
from benchmarks.shapes import random_shape
from benchmarks.writing import spent
from tempera.models.decoder.arithmetic.network import Network
from tempera.models.decoder.implementations.selection import best_implementation
from tempera.models.decoder.texts.batch import READING_STEPS
from tempera.models.networks.rnn import CharRNN

CHARACTERS, ALPHABET = 1500, 65
ROUNDS = 11
FAIR, OURS = "FAIR, one by one", "ours"
TARGETS = {OURS: Target(8)}


def readers(model: CharRNN, ids: Tensor) -> dict[str, Callable[[], object]]:
    """Return who reads ids (time, 1), by name."""
    plain, network = PlainNetwork(model), decoding_network(model)
    return {
        FAIR: lambda: with_onednn_off(lambda: _one_by_one(plain, ids)),
        "one nn.LSTM call, oneDNN off": lambda: with_onednn_off(lambda: plain(ids, None)),
        "one nn.LSTM call": lambda: plain(ids, None),
        OURS: lambda: _in_chunks(network, ids),
    }


def _one_by_one(network: PlainNetwork, ids: Tensor) -> None:
    state = None
    for step in ids:
        _, state = network(step.unsqueeze(0), state)


def _in_chunks(network: Network, ids: Tensor) -> None:
    """As the decoder primes a text."""
    state = network.begin(np.zeros(1, np.intp))
    given = ids.int().numpy()
    for start in range(0, len(given), READING_STEPS):
        network.read(state, given[start : start + READING_STEPS])


@torch.inference_mode()
def seconds(read: Callable[[], object]) -> float:
    """Time one turn."""
    times, taken = spent(read)
    return taken / times


def main() -> None:
    """Print how many times faster than FAIR everyone reads."""
    options = chosen(__doc__, ROUNDS)
    use_one_core()
    torch.set_num_threads(1)
    shape = random_shape("lstm", ALPHABET)
    ids = torch.randint(ALPHABET, (CHARACTERS, 1), generator=torch.Generator().manual_seed(0))
    turns = {name: partial(seconds, read) for name, read in readers(shape.model, ids).items()}
    found = interleaved(turns, options.rounds)
    rows = [
        Row(f"{name}, {1000 * min(times):.0f} ms at best", ratios(found[FAIR], times), TARGETS.get(name))
        for name, times in found.items()
    ]
    title = f"Reading {CHARACTERS} characters, {shape}: times as fast as FAIR, {options.rounds} rounds"
    print_rows(title, rows, best_implementation().variant)
    if options.save:
        write_csv(options.save / "priming.csv", found)


if __name__ == "__main__":
    main()
