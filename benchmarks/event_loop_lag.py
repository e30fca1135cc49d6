"""`python -m benchmarks.event_loop_lag`: how late the bot's loop is beside 64 texts, and who waits while models load.

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
from collections.abc import Awaitable
from pathlib import Path

from benchmarks.crowd import Crowd, request
from benchmarks.rounds import Row, Target, chosen, print_rows, use_one_core, write_csv
from tempera.models.engine.engine import Engine
from tempera.models.formats.checkpoint_files import CARD_FILE, WEIGHTS_FILE
from tempera.models.library import Library

CHECKPOINTS = Path(__file__).parents[1] / "models" / "checkpoints"
TICK_SECONDS, TICKS = 0.005, 3000
TEXTS = 64
TRIALS = 20
CHUNK = 16  # characters of a text in a chunk: CHUNK_STEPS of tempera.models.decoder.batches, which imports NumPy
MODEL, OTHER, SWAPPED = "shakespeare", "essays", "swapped"
LATE, LATE_LOADING, LATE_SWAPPING = "late, ms", "late while loading, ms", "late while swapping, ms"
CHUNKS = "chunks to a first character"
GAPS, GAPS_LOADING = "between pieces, ms", "between pieces while loading, ms"
STALL = Target(20, at_most=True)  # ms, of anybody, while a model is loaded


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
    neighbour = max(crowd.streams.values(), key=lambda stream: stream.remaining.params.length)
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


async def measure(library: Library, ticks: int, trials: int) -> tuple[dict[str, list[float]], str]:
    """Return lateness in milliseconds under load, also while networks are loaded or replaced; chunks; who decodes."""
    found: dict[str, list[float]] = {}
    async with Engine(library, max_running=TEXTS + 1) as engine:
        gc.collect()
        gc.freeze()  # what is imported is not looked through again
        crowd = Crowd(engine, MODEL, TEXTS)
        async with crowd.writing():
            crowd.gaps = found[GAPS] = []
            found[LATE] = await lateness(ticks)
            crowd.gaps = found[GAPS_LOADING] = []
            found[LATE_LOADING] = await lateness_during(load_all(engine, library))
            found[LATE_SWAPPING] = await lateness_during(swap(engine, library))
        crowd = Crowd(engine, MODEL, TEXTS - 1)
        async with crowd.writing():
            found[CHUNKS] = [await chunks_until_first(engine, crowd) for _ in range(trials)]
    return found, str(engine.variant)


def rows(found: dict[str, list[float]]) -> list[Row]:
    """Return every figure, and what has a target."""
    late_loading = max(found[LATE_LOADING] + found[LATE_SWAPPING])
    stalled = max(found[GAPS_LOADING]) - statistics.median(found[GAPS])
    return [
        *(Row(*one) for one in found.items()),
        Row("99th percentile of late, ms", [statistics.quantiles(found[LATE], n=100)[-1]], Target(6, at_most=True)),
        Row("most of late, ms", [max(found[LATE])], Target(25, at_most=True)),
        Row("most of late while loading or swapping, ms", [late_loading], STALL),
        Row("longest stall of a text meanwhile, ms", [stalled], STALL),
        Row("most chunks to a first character", [max(found[CHUNKS])], Target(2, at_most=True)),
    ]


def main() -> None:
    """Print how late the ticks were, how long texts waited, and how many chunks passed."""
    options = chosen(__doc__, 1)
    core = use_one_core()
    with tempfile.TemporaryDirectory() as folder:
        found, variant = asyncio.run(measure(furnish(Path(folder)), options.rounds * TICKS, options.rounds * TRIALS))
    title = f"Event loop beside {TEXTS} texts, engine and decoder on core {core}, {len(found[LATE])} ticks"
    print_rows(title, rows(found), variant)
    if options.save:
        of_ticks = {what: figures for what, figures in found.items() if len(figures) <= TICKS}  # not of every piece
        write_csv(options.save / "event_loop_lag.csv", of_ticks)


if __name__ == "__main__":
    main()
