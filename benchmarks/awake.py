"""`python -m benchmarks.awake`: how late the bot's loop is beside 64 texts, and how soon a short text begins.

Engine and decoder share one core. A tick sleeps for 5 ms; its lateness is what it slept beyond that. This process
imports no torch, as the bot's does not.
"""

import asyncio
import gc
import math
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.rounds import Row, Wanted, chosen, print_rows, use_one_core, write_csv
from models.card import CARD_FILE, WEIGHTS_FILE
from models.engine.engine import Engine
from models.engine.request import SampleRequest
from models.engine.stream import TextStream
from models.library import Library

CHECKPOINTS = Path(__file__).parents[1] / "models" / "checkpoints"
TICK_SECONDS, TICKS = 0.005, 3000
TEXTS, LONG = 64, 4000
TRIALS = 20
CHUNK = 16  # characters of a text in a chunk: CHUNK_STEPS of models.engine.batches, which imports torch
PROMPT = "The "
MODEL, OTHER, SWAPPED = "shakespeare", "essays", "swapped"
LATE, LATE_LOADING, LATE_SWAPPING = "late, ms", "late while loading, ms", "late while swapping, ms"
CHUNKS = "chunks to a first character"


def request(model: str, length: int, seed: int = 0) -> SampleRequest:
    """Return a request for so many characters."""
    return SampleRequest(model=model, prompt=PROMPT, temperature=0.8, length=length, seed=seed)


class Crowd:
    """Texts that are begun anew whenever one ends; the first ones end at different times."""

    def __init__(self, engine: Engine, model: str, size: int) -> None:
        self.streams: dict[int, TextStream] = {}
        self._engine, self._model = engine, model
        self._begun = [asyncio.Event() for _ in range(size)]

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Write all of them until the block ends."""
        tasks = [asyncio.create_task(self._write(number)) for number in range(len(self._begun))]
        try:
            for begun in self._begun:
                await begun.wait()
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for stream in self.streams.values():
                await stream.aclose()

    async def _write(self, number: int) -> None:
        length = LONG - number * LONG // (2 * len(self._begun))
        while True:
            self.streams[number] = self._engine.stream(request(self._model, length, number))
            async for _ in self.streams[number]:
                self._begun[number].set()
            length = LONG


async def lateness(ticks: int) -> list[float]:
    """Return how many milliseconds each tick came late."""
    found = []
    for _ in range(ticks):
        started = time.perf_counter()
        await asyncio.sleep(TICK_SECONDS)
        found.append(1000 * (time.perf_counter() - started - TICK_SECONDS))
    return found


async def lateness_during(work: Awaitable[None]) -> list[float]:
    """Return how late the ticks came while something else was done."""
    task, found = asyncio.ensure_future(work), []
    while not task.done():
        found += await lateness(1)
    await task
    return found


async def load_all(engine: Engine, library: Library) -> None:
    """Have a character written by each network."""
    for name in library.names():
        async for _ in engine.stream(request(name, 1)):
            pass


async def swap(engine: Engine, library: Library) -> None:
    """Replace a checkpoint that is loaded by another one, and have a character written by it."""
    for file in (WEIGHTS_FILE, CARD_FILE):
        await asyncio.to_thread(shutil.copyfile, library.folder / MODEL / file, library.folder / SWAPPED / file)
    async for _ in engine.stream(request(SWAPPED, 1)):
        pass


async def chunks_until_first(engine: Engine, crowd: Crowd) -> float:
    """Return how many chunks the others gain before a short text has its first character."""
    neighbour = max(crowd.streams.values(), key=lambda stream: stream.remaining.length)
    before = len(neighbour.text)
    stream = engine.stream(request(MODEL, CHUNK))
    await anext(stream)
    chunks = math.ceil((len(neighbour.text) - before) / CHUNK)
    async for _ in stream:
        pass
    return float(chunks)


def furnish(folder: Path) -> Library:
    """Return a library of the shipped checkpoints and of one that may be replaced."""
    for checkpoint in CHECKPOINTS.iterdir():
        (folder / checkpoint.name).symlink_to(checkpoint)
    shutil.copytree(CHECKPOINTS / OTHER, folder / SWAPPED)
    library = Library(folder)
    for name in library.names():
        library.card(name)  # as the bot does at its start
    return library


async def measure(library: Library, ticks: int, trials: int) -> dict[str, list[float]]:
    """Return lateness in milliseconds under load, while networks are loaded and replaced, and chunks that pass."""
    found: dict[str, list[float]] = {}
    async with Engine(library, max_running=TEXTS + 1) as engine:
        gc.collect()
        gc.freeze()  # what is imported is not looked through again
        async with Crowd(engine, MODEL, TEXTS).writing():
            found[LATE] = await lateness(ticks)
            found[LATE_LOADING] = await lateness_during(load_all(engine, library))
            found[LATE_SWAPPING] = await lateness_during(swap(engine, library))
        crowd = Crowd(engine, MODEL, TEXTS - 1)
        async with crowd.writing():
            found[CHUNKS] = [await chunks_until_first(engine, crowd) for _ in range(trials)]
    return found


def rows(found: dict[str, list[float]]) -> list[Row]:
    """Return every figure, and what has to be as wanted."""
    return [
        *(Row(*one) for one in found.items()),
        Row("99th percentile of late, ms", [statistics.quantiles(found[LATE], n=100)[-1]], Wanted(6, at_most=True)),
        Row("greatest of late, ms", [max(found[LATE])], Wanted(25, at_most=True)),
        Row(
            "the same while loading or swapping",
            [max(found[LATE_LOADING] + found[LATE_SWAPPING])],
            Wanted(30, at_most=True),
        ),
        Row("most chunks to a first character", [max(found[CHUNKS])], Wanted(2, at_most=True)),
    ]


def main() -> None:
    """Print how late the ticks were, and how many chunks passed."""
    options = chosen(__doc__, 1)
    core = use_one_core()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(furnish(Path(folder)), options.rounds * TICKS, options.rounds * TRIALS))
    print_rows(f"Awake beside {TEXTS} texts, engine and decoder on core {core}, {len(found[LATE])} ticks", rows(found))
    if options.save:
        write_csv(options.save / "awake.csv", found)


if __name__ == "__main__":
    main()
