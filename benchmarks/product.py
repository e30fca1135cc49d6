"""`python -m benchmarks.product`: what of the network's speed arrives at the bot, through queue, pipe and pieces.

The engine and its decoder share one core. Characters are counted from the first piece of any text to the last of all.
"""

import asyncio
import time
from collections import defaultdict
from itertools import chain

import torch
from tqdm import tqdm

from benchmarks.ours import decoding_network, ours
from benchmarks.rounds import Row, Wanted, chosen, print_rows, ratios, use_one_core, write_csv
from benchmarks.shapes import CHECKPOINTS, widest
from benchmarks.writing import TEMPERATURE, characters_per_second
from models.engine.engine import Engine
from models.engine.request import SampleRequest
from models.library import Library

ROUNDS = 11
CHARACTERS = 1000
WANTED_PERCENT = {64: Wanted(80)}
STREAMS = (1, 16, 64)
PROMPT = "The "


async def speed(engine: Engine, model: str, streams: int) -> float:
    """Return the characters per second that all texts get together."""

    async def receive(seed: int) -> list[tuple[float, int]]:
        request = SampleRequest(model=model, prompt=PROMPT, temperature=TEMPERATURE, length=CHARACTERS, seed=seed)
        return [(time.perf_counter(), len(piece)) async for piece in engine.stream(request)]

    pieces = list(chain.from_iterable(await asyncio.gather(*map(receive, range(streams)))))
    first, last = min(pieces)[0], max(pieces)[0]
    return sum(length for at, length in pieces if at > first) / (last - first)


async def measure(rounds: int) -> dict[str, list[float]]:
    """Return characters per second of network and product in each round, after one that does not count."""
    shape = widest()
    network = decoding_network(shape.model)
    writers = {streams: ours(network, streams) for streams in STREAMS}
    found: dict[str, list[float]] = defaultdict(list)
    async with Engine(Library(CHECKPOINTS)) as engine:
        for number in tqdm(range(rounds + 1), unit="round", leave=False):
            for streams, write in writers.items():
                speeds = {
                    f"network, {streams}": characters_per_second(write, streams, CHARACTERS),
                    f"product, {streams}": await speed(engine, str(shape.checkpoint), streams),
                }
                for name, figure in speeds.items() if number else ():
                    found[name].append(figure)
    return dict(found)


def main() -> None:
    """Print the speed of both, and the product's share."""
    options = chosen(__doc__, ROUNDS)
    core = use_one_core()
    torch.set_num_threads(1)
    found = asyncio.run(measure(options.rounds))
    print_rows(f"Engine and decoder on core {core}, characters per second", [Row(*one) for one in found.items()])
    shares = {streams: ratios(found[f"product, {streams}"], found[f"network, {streams}"]) for streams in STREAMS}
    rows = [
        Row(f"{streams} texts, % of the network's speed", [100 * one for one in parts], WANTED_PERCENT.get(streams))
        for streams, parts in shares.items()
    ]
    print_rows(f"Texts of {CHARACTERS} characters, {options.rounds} rounds", rows)
    if options.save:
        write_csv(options.save / "product.csv", found)


if __name__ == "__main__":
    main()
