"""`python -m benchmarks.product`: what of the kernel's speed arrives at the bot, through queue, pipe and pieces.

The engine and its decoder share one core, and the seconds of both count, so that it does not matter who else is there.
What a second thread gains is told by the clock: then the decoder has two cores.
"""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import NamedTuple

from tqdm import tqdm

from benchmarks.decoder import decoding_network, tempera_decoder
from benchmarks.processes import processes_seconds
from benchmarks.rounds import Row, Target, chosen, print_rows, ratios, use_one_core, write_csv
from benchmarks.shapes import CHECKPOINTS, bundled
from benchmarks.writing import TEMPERATURE, characters_per_second
from tempera.models.decoder.batches import CHUNK_STEPS
from tempera.models.decoder.implementations.selection import best_implementation
from tempera.models.engine.engine import Engine
from tempera.models.engine.request import SampleRequest
from tempera.models.library import Library
from tempera.models.sampling_params import SamplingParams

ROUNDS = 11
# Of each text, by how many are written: beginning them costs little beside it.
CHARACTERS = {1: 4000, 16: 4000, 64: 2000}
STREAMS, MANY = tuple(CHARACTERS), 64
TARGETS = {MANY: Target(85)}  # % of the kernel's speed
THREADS = 2
ALONE, SHARED = (f"product, {MANY}, {threads} by the clock" for threads in ("1 thread", f"{THREADS} threads"))
PROMPT = "The "
Texts = list[str]
Speeds = dict[str, float]
Found = dict[str, list[float]]


class Written(NamedTuple):
    """What some texts took, all together."""

    per_second: float  # of both processes' time
    per_second_by_clock: float
    texts: Texts


async def write(engine: Engine, model: str, streams: int) -> Written:
    """Write texts together and time them."""

    async def receive(seed: int) -> str:
        length = CHARACTERS[streams]
        request = SampleRequest(
            model=model, prompt=PROMPT, params=SamplingParams(temperature=TEMPERATURE, length=length, seed=seed)
        )
        return "".join([piece async for piece in engine.stream(request)])

    pids = os.getpid(), int(engine.decoder_pid or 0)
    started, before = time.perf_counter(), processes_seconds(*pids)
    texts = await asyncio.gather(*map(receive, range(streams)))
    characters = sum(map(len, texts))
    by_clock = characters / (time.perf_counter() - started)
    return Written(characters / (processes_seconds(*pids) - before), by_clock, texts)


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
        streams: partial(characters_per_second, tempera_decoder(network, streams), streams, CHUNK_STEPS)
        for streams in STREAMS
    }
    found: Found = defaultdict(list)
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(engine_on(os.sched_getaffinity(0), 1))
        two = await stack.enter_async_context(engine_on(cores, THREADS)) if len(cores) >= THREADS else None
        for number in tqdm(range(rounds + 1), unit="round", leave=False, disable=None):
            for name, figure in (await one_round(kernels, one, two, model)).items():
                found[name] += [figure] * bool(number)
    return dict(found)


async def one_round(kernels: dict[int, Callable[[], float]], one: Engine, two: Engine | None, model: str) -> Speeds:
    """Let kernel and product take turns; raises SystemExit where threads change a text."""
    speeds = {}
    for streams, kernel in kernels.items():
        speeds[f"kernel, {streams}"] = kernel()
        written = await write(one, model, streams)
        speeds[f"product, {streams}"] = written.per_second
    if two:
        shared = await write(two, model, MANY)
        speeds |= {ALONE: written.per_second_by_clock, SHARED: shared.per_second_by_clock}
        if shared.texts != written.texts:
            raise SystemExit(f"{THREADS} threads write other texts than one")
    return speeds


def rows(found: Found) -> Iterator[Row]:
    """Yield the product's shares, and what a second thread gains."""
    for streams in STREAMS:
        share = [100 * one for one in ratios(found[f"product, {streams}"], found[f"kernel, {streams}"])]
        yield Row(f"{streams} texts, % of the kernel's speed", share, TARGETS.get(streams))
    if SHARED in found:
        gain = ratios(found[SHARED], found[ALONE])
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
    print_rows(f"Engine beside the kernel by itself, {options.rounds} rounds", rows(found), variant)
    if options.save:
        write_csv(options.save / "product.csv", found)


if __name__ == "__main__":
    main()
