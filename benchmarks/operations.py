"""`python -m benchmarks.operations`: where a step's time goes: layers, output layer, draw, filters.

Each part is the difference of two ways to call the kernel, in microseconds a step, medians of some rounds. What the
layers' products take at least is what the ceilings allow; the rest of the layers are the cells, and waiting.
"""

import statistics
from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from benchmarks.ceilings import Ceilings, NoCeilings, weight_bytes
from benchmarks.contestants import FEW, MANY, TOP_K, TOP_P
from benchmarks.decoder import decoding_network, tempera_decoder
from benchmarks.rounds import Row, chosen, interleaved, print_rows, use_one_core, write_csv
from benchmarks.shapes import Shape, random_shape
from benchmarks.writing import spent
from tempera.models.decoder.arithmetic.network import Network
from tempera.models.decoder.batches import CHUNK_STEPS
from tempera.models.decoder.implementations.selection import best_implementation

ROUNDS = 11
READ, LOGITS, WRITE, FILTERED, AT_LEAST = "read", "logits", "write", "write with top-k and top-p", "products at least"


def calls(network: Network, streams: int) -> dict[str, Callable[[], object]]:
    """Return ways to take a chunk of steps: each does a little more than the one before."""
    state = network.begin(np.zeros(streams, np.intp))
    ids = np.random.default_rng(0).integers(0, network.vocabulary_size, (CHUNK_STEPS, streams), np.int32)
    plain, filtered = tempera_decoder(network, streams), tempera_decoder(network, streams, top_k=TOP_K, top_p=TOP_P)
    return {
        READ: lambda: network.read(state, ids),
        LOGITS: lambda: network.logits(state, ids),
        WRITE: lambda: plain(CHUNK_STEPS),
        FILTERED: lambda: filtered(CHUNK_STEPS),
    }


def microseconds(call: Callable[[], object]) -> float:
    """Time a step."""
    times, seconds = spent(call)
    return 1e6 * seconds / times / CHUNK_STEPS


def at_least(shape: Shape, streams: int) -> Callable[[], float]:
    """Return what measures the microseconds that the layers' products take at least; raises NoCeilings."""
    ceilings, size = Ceilings(best_implementation().variant), weight_bytes(shape.architecture, 0)
    if streams == 1:
        return lambda: 1e6 * size / ceilings.bytes_per_second(size)
    return lambda: 1e6 * streams * size / ceilings.products_per_second()


def measure(shape: Shape, streams: int, rounds: int) -> dict[str, list[float]]:
    """Return the microseconds of a step in each round, by what it does."""
    ways = calls(decoding_network(shape.model), streams)
    turns: dict[str, Callable[[], float]] = {name: partial(microseconds, call) for name, call in ways.items()}
    try:
        turns[AT_LEAST] = at_least(shape, streams)
    except NoCeilings as error:
        print(f"Without what products take at least: {error}")
    return interleaved(turns, rounds)


def parts(found: dict[str, list[float]]) -> list[Row]:
    """Return the parts of a step."""
    whole = [
        Row("layers: products and cells", found[READ]),
        Row("output layer", _more(found[LOGITS], found[READ])),
        Row("draw", _more(found[WRITE], found[LOGITS])),
        Row("top-k and top-p", _more(found[FILTERED], found[WRITE])),
    ]
    return [*whole, Row("of the layers: products, at least", found[AT_LEAST])] if AT_LEAST in found else whole


def _more(larger: list[float], smaller: list[float]) -> list[float]:
    return [more - less for more, less in zip(larger, smaller, strict=True)]


def main() -> None:
    """Print the parts of a step with one text and with many."""
    options = chosen(__doc__, ROUNDS)
    use_one_core()
    torch.set_num_threads(1)
    shape = random_shape("lstm", 65)
    for streams in (FEW, MANY):
        found = measure(shape, streams, options.rounds)
        step = statistics.median(found[WRITE])
        title = f"{shape}, {streams} text(s): microseconds of a step, which takes {step:.0f}"
        print_rows(title, parts(found), best_implementation().variant)
        if options.save:
            write_csv(options.save / f"operations-{streams}.csv", found)


if __name__ == "__main__":
    main()
