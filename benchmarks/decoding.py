"""`python -m benchmarks.decoding`: characters per second, ours and rivals', in turns on one core with one thread.

Ratios are taken within each round, to FAIR (see `rivals`) with one text. The roofline is what one text could get if a
step took no longer than to read its int8 weights, and what many could get if they took no longer than to multiply by
them; both are measured in the same round.
"""

import importlib.util
import statistics
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import torch

from benchmarks.decoding_plot import plot
from benchmarks.ours import decoding_network, ours
from benchmarks.rivals import char_rnn_pytorch, fair, quantised
from benchmarks.roofline import bandwidths, multiplier, weight_bytes
from benchmarks.rounds import Row, chosen, interleaved, print_rows, ratios, use_one_core, write_csv
from benchmarks.shapes import Shape, all_shapes
from benchmarks.writing import Write, characters_per_second

ROUNDS = 11
STREAMS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
RIVAL_STREAMS = (1, 64)
CHOOSY_STREAMS, TOP_K, TOP_P = 64, 40, 0.9
STEPS, STEPS_OF_FEW, FEW = 64, 256, 8
HAS_ONNX = all(importlib.util.find_spec(module) for module in ("onnx", "onnxruntime"))


class Contestant(NamedTuple):
    """Who writes, and how many texts at the same time."""

    name: str
    streams: int

    def __str__(self) -> str:
        return f"{self.name}, {self.streams} text{'s' if self.streams > 1 else ''}"


FAIR_ALONE, OURS_ALONE = Contestant("FAIR", 1), Contestant("ours", 1)
CHOOSY, OURS_MANY = Contestant("ours with top-k and top-p", CHOOSY_STREAMS), Contestant("ours", CHOOSY_STREAMS)
ROOFLINE, ARITHMETIC = Contestant("int8 roofline", 1), Contestant("int8 arithmetic", CHOOSY_STREAMS)


def writers(shape: Shape) -> Iterator[tuple[Contestant, Write]]:
    """Yield everyone who writes with this network."""
    model, network = shape.model, decoding_network(shape.model)
    rivals = {"FAIR": fair, "char-rnn.pytorch": char_rnn_pytorch}
    if shape.architecture.cell != "rnn":  # torch quantises no nn.RNN
        rivals["quantize_dynamic"] = quantised
    if shape.architecture.cell == "lstm" and HAS_ONNX:  # nor ONNX Runtime any GRU
        from benchmarks.onnx_step import onnx_int8

        rivals["ONNX Runtime int8"] = onnx_int8
    for name, make in rivals.items():
        for streams in RIVAL_STREAMS:
            yield Contestant(name, streams), make(model, streams)
    for streams in STREAMS:
        yield Contestant("ours", streams), ours(network, streams)
    yield CHOOSY, ours(network, CHOOSY_STREAMS, top_k=TOP_K, top_p=TOP_P)
    eager = decoding_network(model, script=False)
    for streams in RIVAL_STREAMS:
        yield Contestant("ours without torch.jit", streams), ours(eager, streams)


def steps(streams: int) -> int:
    """Return how many characters of each text are a turn: 10 ms at least."""
    return STEPS_OF_FEW if streams < FEW else STEPS


def measure(shape: Shape, rounds: int) -> dict[Contestant, list[float]]:
    """Return everyone's characters per second in each round."""
    size_bytes = weight_bytes(shape.architecture, shape.vocabulary_size)
    turns: dict[Contestant, Callable[[], float]] = {
        contestant: partial(characters_per_second, write, contestant.streams, steps(contestant.streams))
        for contestant, write in writers(shape)
    }
    multiply = multiplier()
    turns[ROOFLINE] = lambda: max(bandwidths(size_bytes).values()) / size_bytes
    turns[ARITHMETIC] = lambda: multiply() / size_bytes
    return interleaved(turns, rounds)


def rows(shape: Shape, found: dict[Contestant, list[float]]) -> Iterator[Row]:
    """Yield ratios to FAIR alone, and the share of the roofline, beside what is wanted."""
    for contestant, speeds in found.items():
        wanted = shape.goals.streams.get(contestant.streams) if contestant.name == "ours" else None
        if contestant == CHOOSY:
            wanted = shape.goals.choosy
        label = f"{contestant!s:34}{statistics.median(speeds):10,.0f}"
        yield Row(label, ratios(speeds, found[FAIR_ALONE]), wanted)
    share = [100 * part for part in ratios(found[OURS_ALONE], found[ROOFLINE])]
    yield Row(f"{OURS_ALONE}, % of the roofline", share, shape.goals.roofline_share)
    yield Row(f"{OURS_MANY}, % of the arithmetic", [100 * part for part in ratios(found[OURS_MANY], found[ARITHMETIC])])


def bandwidth(size_bytes: int) -> str:
    """Say how fast each probe reads a buffer as large as the weights."""
    speeds = ", ".join(f"{name} {speed / 1e9:.1f}" for name, speed in bandwidths(size_bytes).items())
    return f"GB/s over {size_bytes / 1e6:.1f} MB: {speeds}"


def main() -> None:
    """Print every network's table; keep raw rounds and plots where asked."""
    options = chosen(__doc__, ROUNDS)
    core = use_one_core()
    torch.set_num_threads(1)
    print(f"Decoding on core {core}, {options.rounds} rounds: characters per second, ratios to FAIR with one text")
    if not HAS_ONNX:
        print("Without ONNX Runtime, which is not installed: pip install 'tempera[bench]'")
    for shape in all_shapes():
        found = measure(shape, options.rounds)
        print_rows(str(shape), rows(shape, found))
        print(bandwidth(weight_bytes(shape.architecture, shape.vocabulary_size)))
        if options.save:
            write_csv(options.save / f"decoding-{shape.name}.csv", {str(who): found[who] for who in found})
            plot(options.save / f"decoding-{shape.name}.png", str(shape), found)


if __name__ == "__main__":
    main()
