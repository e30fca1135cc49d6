"""Many people at once: each presses /generate within the same ten seconds."""

import asyncio
import math
import random
from pathlib import Path

from tqdm import tqdm

from benchmarks.load.figures import quantile
from benchmarks.load.presses import Outcome, Press, Presses
from benchmarks.load.rows import missing_rows
from benchmarks.processes import started_bot
from benchmarks.rounds import Row, Target
from tempera.sandbox.server import running_sandbox
from tempera.sandbox.state.guilds import User

WITHIN_SECONDS, CHARACTERS = 10.0, 300
NONE = Target(0, at_most=True)
P99, MOST, SHOWN = "acknowledged, 99th percentile, s", "acknowledged, most, s", "text whole, most, s"
TEXTS, LATER, FAILED = "texts", "private refusals with a time", "neither"
ROWS, LIMITED = "texts without their row", "calls answered with 429"
TARGETS = {
    P99: Target(1, at_most=True),
    MOST: Target(2.5, at_most=True),
    SHOWN: Target(5, at_most=True),
    FAILED: NONE,
    ROWS: NONE,
    LIMITED: NONE,
}


async def measure(config: Path, people: int) -> dict[str, float]:
    """Return what happened to everybody."""
    async with running_sandbox() as sandbox:
        crowd = [sandbox.add_person(f"person{number}") for number in range(people)]
        presses = Presses(sandbox)
        async with started_bot(sandbox, config):
            await presses.press(sandbox.alice, prompt="The ", length=1)  # loads the network
            limited = len(sandbox.rate_limited_calls)
            pressed = await everyone(presses, crowd)
            limited = len(sandbox.rate_limited_calls) - limited
    return figures(pressed) | {ROWS: float(await missing_rows(config, pressed)), LIMITED: float(limited)}


async def everyone(presses: Presses, crowd: list[User]) -> list[Press]:
    """Let each person press once, at a time drawn with a fixed seed."""
    draw = random.Random(1)
    with tqdm(total=len(crowd), unit="person", leave=False, disable=None) as bar:

        async def one(user: User, at_seconds: float) -> Press:
            await asyncio.sleep(at_seconds)
            press = await presses.press(user, prompt="The ", length=CHARACTERS)
            bar.update()
            return press

        return await asyncio.gather(*(one(user, draw.uniform(0, WITHIN_SECONDS)) for user in crowd))


def figures(pressed: list[Press]) -> dict[str, float]:
    """Return the latencies, and how many came to what."""
    acknowledged = [math.inf if each.acknowledged_seconds is None else each.acknowledged_seconds for each in pressed]
    whole = [each.seconds for each in pressed if each.outcome is Outcome.TEXT] or [math.inf]
    later = sum(each.outcome is Outcome.LATER for each in pressed)
    texts = sum(each.outcome is Outcome.TEXT for each in pressed)
    return {
        "acknowledged, median, s": quantile(acknowledged, 0.5),
        P99: quantile(acknowledged, 0.99),
        MOST: max(acknowledged),
        "text whole, median, s": quantile(whole, 0.5),
        "text whole, 99th percentile, s": quantile(whole, 0.99),
        SHOWN: max(whole),
        TEXTS: float(texts),
        LATER: float(later),
        FAILED: float(len(pressed) - texts - later),
    }


def rows(found: dict[str, list[float]]) -> list[Row]:
    """Return every figure with its target."""
    return [Row(what, each, TARGETS.get(what)) for what, each in found.items()]
