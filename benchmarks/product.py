"""`python -m benchmarks.product`: what of the kernel's speed arrives at the bot, through queue, pipe and pieces.

The engine and its decoder share one core, but for the decoder with two threads, which has two. Characters are counted
from the first piece of any text to the last of all; time is that of the clock, also for the kernel by itself.
"""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import chain

from tqdm import tqdm

from benchmarks.decoder import decoding_network, ours
from benchmarks.rounds import Row, Target, chosen, print_rows, ratios, use_one_core, write_csv
from benchmarks.shapes import CHECKPOINTS, bundled
from benchmarks.writing import TEMPERATURE, characters_per_second
from models.decoder.batches import CHUNK_STEPS
from models.decoder.implementation import best_implementation
from models.engine.engine import Engine
from models.engine.request import SampleRequest
from models.library import Library

ROUNDS = 11
CHARACTERS = 1000
STREAMS, MANY = (1, 16, 64), 64
TARGETS = {MANY: Target(85)}  # % of the kernel's speed
THREADS = 2
SHARED = f"product, {MANY}, {THREADS} threads"
PROMPT = "The "
Texts = list[str]
Speeds = dict[str, float]
Found = dict[str, list[float]]


async def write(engine: Engine, model: str, streams: int) -> tuple[float, Texts]:
    """Return the characters per second that all texts get together, and the texts."""

    async def receive(seed: int) -> list[tuple[float, str]]:
        request = SampleRequest(model=model, prompt=PROMPT, temperature=TEMPERATURE, length=CHARACTERS, seed=seed)
        return [(time.perf_counter(), piece) async for piece in engine.stream(request)]

    texts = await asyncio.gather(*map(receive, range(streams)))
    pieces = list(chain.from_iterable(texts))
    first, last = min(pieces)[0], max(pieces)[0]
    counted = sum(len(piece) for at, piece in pieces if at > first)
    return counted / (last - first), ["".join(piece for _, piece in text) for text in texts]


@asynccontextmanager
async def engine_on(cores: set[int], threads: int) -> AsyncIterator[Engine]:
    """Yield an engine whose decoder was started on these cores; this process stays where it is."""
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    async with Engine(Library(CHECKPOINTS), threads=threads) as engine:
        os.sched_setaffinity(0, own)
        yield engine


async def measure(rounds: int, cores: set[int]) -> Found:
    """Return characters per second of kernel and product in each round, after one that does not count."""
    network, model = decoding_network(bundled().model), str(bundled().checkpoint)
    kernels: dict[int, Callable[[], float]] = {
        streams: partial(characters_per_second, ours(network, streams), streams, CHUNK_STEPS, time.perf_counter)
        for streams in STREAMS
    }
    found: Found = defaultdict(list)
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(engine_on(os.sched_getaffinity(0), 1))
        two = await stack.enter_async_context(engine_on(cores, THREADS)) if len(cores) >= THREADS else None
        for number in tqdm(range(rounds + 1), unit="round", leave=False):
            for name, figure in (await one_round(kernels, one, two, model)).items():
                found[name] += [figure] * bool(number)
    return dict(found)


async def one_round(kernels: dict[int, Callable[[], float]], one: Engine, two: Engine | None, model: str) -> Speeds:
    """Let kernel and product take turns; raises SystemExit where threads change a text."""
    speeds, texts = {}, Texts()
    for streams, kernel in kernels.items():
        speeds[f"kernel, {streams}"] = kernel()
        speeds[f"product, {streams}"], texts = await write(one, model, streams)
    if two:
        speeds[SHARED], same = await write(two, model, MANY)
        if same != texts:
            raise SystemExit(f"{THREADS} threads write other texts than one")
    return speeds


def rows(found: Found) -> Iterator[Row]:
    """Yield the product's shares, and what a second thread gains."""
    for streams in STREAMS:
        share = [100 * one for one in ratios(found[f"product, {streams}"], found[f"kernel, {streams}"])]
        yield Row(f"{streams} texts, % of the kernel's speed", share, TARGETS.get(streams))
    if SHARED in found:
        gain = ratios(found[SHARED], found[f"product, {MANY}"])
        yield Row(f"{MANY} texts, the same, {THREADS} threads over one", gain)


def main() -> None:
    """Print the speed of both, and the product's share."""
    options, cores = chosen(__doc__, ROUNDS), os.sched_getaffinity(0)
    core = use_one_core()
    two = {core, min(cores)}
    if len(two) < THREADS:
        print(f"Without {THREADS} threads: there is one core here")
    found, variant = asyncio.run(measure(options.rounds, two)), best_implementation().variant
    speeds = [Row(*one) for one in found.items()]
    print_rows(f"Engine and decoder on core {core}, characters per second", speeds, variant)
    print_rows(f"Texts of {CHARACTERS} characters, {options.rounds} rounds", rows(found), variant)
    if options.save:
        write_csv(options.save / "product.csv", found)


if __name__ == "__main__":
    main()
