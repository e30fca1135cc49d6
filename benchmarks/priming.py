"""`python -m benchmarks.priming`: seconds to read a long prompt, in turns on one core with one thread.

FAIR reads one character at a time with oneDNN off, as `rivals` writes; one call of nn.LSTM reads all of them.
"""

import time
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from benchmarks.ours import decoding_network
from benchmarks.rivals import PlainNetwork, with_onednn_off
from benchmarks.rounds import Row, chosen, interleaved, print_rows, ratios, use_one_core, write_csv
from benchmarks.shapes import random_shape
from models.rnn import CharRNN

CHARACTERS, ALPHABET = 1500, 100
ROUNDS = 5
FAIR = "FAIR, one by one"


def readers(model: CharRNN, ids: Tensor) -> dict[str, Callable[[], object]]:
    """Return who reads ids (time, 1), by name."""
    plain, network = PlainNetwork(model), decoding_network(model)
    state = network.initial_state(torch.tensor([0]))
    return {
        FAIR: lambda: with_onednn_off(lambda: _one_by_one(plain, ids)),
        "one nn.LSTM call, oneDNN off": lambda: with_onednn_off(lambda: plain(ids, None)),
        "one nn.LSTM call": lambda: plain(ids, None),
        "ours": lambda: network.read(ids, state),
    }


def _one_by_one(network: PlainNetwork, ids: Tensor) -> None:
    state = None
    for step in ids:
        _, state = network(step.unsqueeze(0), state)


@torch.inference_mode()
def seconds(read: Callable[[], object]) -> float:
    """Time one turn."""
    started = time.perf_counter()
    read()
    return time.perf_counter() - started


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
        Row(f"{name}, {1000 * min(times):.0f} ms at best", ratios(found[FAIR], times)) for name, times in found.items()
    ]
    print_rows(f"Reading {CHARACTERS} characters, {shape}: times as fast as FAIR, {options.rounds} rounds", rows)
    if options.save:
        write_csv(options.save / "priming.csv", found)


if __name__ == "__main__":
    main()
