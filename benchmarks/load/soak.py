"""Whether the bot stays as it is, however many texts it writes."""

from collections import Counter
from pathlib import Path

from tqdm import tqdm

from benchmarks.load.figures import growth
from benchmarks.load.presses import Outcome, People
from benchmarks.processes import BotProcess, handles, memory, started_bot
from benchmarks.rounds import Row, Target
from tempera.bot.config.loader import load_settings
from tempera.sandbox.server import running_sandbox
from tempera.storage.url import database_path

CHARACTERS, AT_A_TIME, PEOPLE, STEP = 20, 64, 1000, 1000
FLAT = Target(5, at_most=True)  # %
GROWTH, SHOWN = "{}: growth after the first sample, %", "instead of a text: {}"
POOLED = "sockets"  # connections to Discord stay open for a while: as many as were ever needed at once
NOT_SHOWN = tuple(each for each in Outcome if each is not Outcome.TEXT)
NONE = Target(0, at_most=True)


async def measure(config: Path, texts: int) -> dict[str, list[float]]:
    """Return a sample of everything after each thousand texts, and how many got something else than a text."""
    samples: dict[str, list[float]] = {}
    outcomes = Counter[Outcome]()
    async with running_sandbox() as sandbox, started_bot(sandbox, config) as bot:
        people = People(sandbox, PEOPLE)
        with tqdm(total=texts, unit="text", leave=False, disable=None) as bar:
            for _ in range(0, texts, STEP):
                outcomes += await people.write(STEP, AT_A_TIME, CHARACTERS, bar.update)
                for what, figure in sample(bot, config).items():
                    samples.setdefault(what, []).append(figure)
    return samples | {SHOWN.format(each): [float(outcomes[each])] for each in NOT_SHOWN}


def sample(bot: BotProcess, config: Path) -> dict[str, float]:
    """Return memory and handles of both processes, and the size of the write-ahead log."""
    found = {}
    for name, pid in (("bot", bot.pid), ("decoder", bot.decoder_pid)):
        found[f"{name} RSS, MiB"] = memory(pid)["RSS"]
        found |= {f"{name} {kind}": number for kind, number in handles(pid).items()}
    wal = Path(f"{database_path(load_settings(config).storage.url)}-wal")
    return found | {"WAL, MiB": wal.stat().st_size / 2**20 if wal.exists() else 0.0}


def rows(found: dict[str, list[float]]) -> list[Row]:
    """Return the samples of everything, and by how much it grew after the first."""
    failures = {SHOWN.format(each) for each in NOT_SHOWN}
    samples = {what: figures for what, figures in found.items() if what not in failures}
    sampled = [Row(what, figures) for what, figures in samples.items()]
    grown = [
        Row(GROWTH.format(what.split(",")[0]), [growth(figures)], FLAT)
        for what, figures in samples.items()
        if not what.endswith(POOLED)
    ]
    return [*sampled, *grown, *(Row(what, found[what], NONE) for what in sorted(failures & set(found)))]
