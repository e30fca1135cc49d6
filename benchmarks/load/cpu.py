"""What one short text costs the bot's own process, apart from the decoder's."""

from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

from benchmarks.load.counted_bot import COUNTED_BOT, counts
from benchmarks.load.presses import Outcome, People
from benchmarks.processes import processes_seconds, started_bot
from benchmarks.rounds import Row, Target
from tempera.sandbox.server import running_sandbox

CHARACTERS, WARM_UP = 100, 50
CPU, REST = "bot's CPU per text, ms", "REST calls per text"
TURNS, HOPS = "turns of the event loop per text", "hops into other threads per text"
FAILED = "texts that were not shown"
TARGETS = {CPU: Target(8, at_most=True), HOPS: Target(10, at_most=True), FAILED: Target(0, at_most=True)}


async def measure(config: Path, texts: int) -> dict[str, float]:
    """Return what a text takes: of the bot as it is, and what a bot that counts has counted."""
    with tqdm(total=2 * (WARM_UP + texts), unit="text", leave=False, disable=None) as bar:
        return await as_it_is(config, texts, bar.update) | await counted(config, texts, bar.update)


async def as_it_is(config: Path, texts: int, ended: Callable[[], object]) -> dict[str, float]:
    """Return the time and the REST calls of a text."""
    async with running_sandbox() as sandbox, started_bot(sandbox, config) as bot:
        people = People(sandbox, WARM_UP + texts)  # nobody waits out a cooldown
        await people.write(WARM_UP, 1, CHARACTERS, ended)
        seconds, calls = processes_seconds(bot.pid), len(sandbox.calls)
        outcomes = await people.write(texts, 1, CHARACTERS, ended)
        taken, called = processes_seconds(bot.pid) - seconds, len(sandbox.calls) - calls
    return {CPU: 1000 * taken / texts, REST: called / texts, FAILED: float(texts - outcomes[Outcome.TEXT])}


async def counted(config: Path, texts: int, ended: Callable[[], object]) -> dict[str, float]:
    """Return the turns and hops of a text."""
    async with running_sandbox() as sandbox, started_bot(sandbox, config, COUNTED_BOT) as bot:
        people = People(sandbox, WARM_UP + texts)  # nobody waits out a cooldown
        await people.write(WARM_UP, 1, CHARACTERS, ended)
        before = await counts(bot)
        await people.write(texts, 1, CHARACTERS, ended)
        after = await counts(bot)
    turns, hops = (later - earlier for earlier, later in zip(before, after, strict=True))
    return {TURNS: turns / texts, HOPS: hops / texts}


def rows(found: dict[str, list[float]]) -> list[Row]:
    """Return every figure with its target."""
    return [Row(what, each, TARGETS.get(what)) for what, each in found.items()]
