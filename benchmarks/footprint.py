"""`python -m benchmarks.footprint`: what both processes hold in memory, how soon they start and come back.

RSS counts pages shared with other processes whole, PSS by share (Linux, man 5 proc). The bot runs as `python -m bot`
against the sandbox, with the settings and models that are shipped.
"""

import asyncio
import os
import signal
import tempfile
import time
from pathlib import Path

from benchmarks.processes import memory, own_config, started_bot
from benchmarks.rounds import Row, Target, chosen, print_rows, write_csv
from tempera.bot.config.loader import load_settings
from tempera.models.engine.engine import Engine
from tempera.models.engine.request import SampleRequest
from tempera.models.engine.variants import installed_variant
from tempera.models.library import Library
from tempera.models.sampling_params import SamplingParams
from tempera.sandbox.server import running_sandbox

ROUNDS = 5
PROMPT = "The "
READY_SECONDS, FIRST, BACK = "bot ready, s", "decoder's start to a first character, s", "back after a kill, s"
TARGETS = {
    "bot RSS, MiB": Target(95, at_most=True),
    "decoder RSS, MiB": Target(60, at_most=True),
    READY_SECONDS: Target(3, at_most=True),
    FIRST: Target(0.5, at_most=True),
    BACK: Target(0.6, at_most=True),
}


async def bot_and_decoder(config: Path, rounds: int) -> dict[str, list[float]]:
    """Return memory of the bot and of its decoder once a text is written, and the seconds to be ready."""
    found: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        async with running_sandbox() as sandbox, started_bot(sandbox, config) as bot:
            if number:  # the first start brings the files into the cache
                found.setdefault(READY_SECONDS, []).append(bot.ready_seconds)
            person = sandbox.add_person(f"person{number}")  # nobody waits out the cooldown of an earlier round
            run = await sandbox.invoke("generate", prompt=PROMPT, length=100, user=person)
            await run.shows(lambda message: any(button.label == "Delete" for button in message.buttons))
            for name, process in (("bot", bot.pid), ("decoder", bot.decoder_pid)):
                for kind, megabytes in memory(process).items():
                    found.setdefault(f"{name} {kind}, MiB", []).append(megabytes)
    return found


def request(model: str, seed: int = 0) -> SampleRequest:
    """Return a request for a long text."""
    return SampleRequest(model=model, prompt=PROMPT, params=SamplingParams(temperature=0.8, length=4000, seed=seed))


async def seconds_to_first(folder: Path, model: str, rounds: int) -> list[float]:
    """Return the seconds from each start of a decoder to the first characters of a text."""
    library, found = Library(folder), []
    library.card(model)  # as the bot has read it before
    for _ in range(rounds + 1):
        started = time.perf_counter()
        async with Engine(library) as engine:
            stream = engine.stream(request(model))
            await anext(stream)
            found.append(time.perf_counter() - started)
            await stream.aclose()
    return found[1:]  # the first one brings the files into the cache


async def seconds_until_back(folder: Path, model: str, rounds: int) -> list[float]:
    """Return the seconds from each SIGKILL of the decoder until its text goes on."""
    found = []
    async with Engine(Library(folder)) as engine:
        for seed in range(rounds):
            stream = engine.stream(request(model, seed))
            await anext(stream)
            killed = engine.decoder_pid
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            started = time.perf_counter()
            async for _ in stream:
                if engine.decoder_pid not in (None, killed):  # before, what was still in the pipe
                    break
            found.append(time.perf_counter() - started)
            await stream.aclose()
    return found


async def measure(config: Path, rounds: int) -> dict[str, list[float]]:
    """Measure the bot with these settings, and its engine by itself."""
    models = load_settings(config).models
    found = await bot_and_decoder(config, rounds)
    found[FIRST] = await seconds_to_first(models.folder, models.default, rounds)
    return found | {BACK: await seconds_until_back(models.folder, models.default, rounds)}


def main() -> None:
    """Print every figure beside its target."""
    options = chosen(__doc__, ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(own_config(Path(folder)), options.rounds))
    rows = [Row(what, figures, TARGETS.get(what)) for what, figures in found.items()]
    print_rows(f"Memory and starts, {options.rounds} rounds", rows, installed_variant()[0])
    if options.save:
        write_csv(options.save / "footprint.csv", found)


if __name__ == "__main__":
    main()
