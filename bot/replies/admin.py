"""What /admin says: the difference that a reload makes, and how the bot is."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.config.reload import Difference
from bot.replies.answer import CONTENT_LIMIT
from bot.replies.markdown import literal
from bot.replies.plural import counted
from bot.resources import Resources
from storage.status import DatabaseStatus

NAMED = 12  # models in one line
MORE = "… and more; the whole of it is in the log."
BYTES_PER_MB = 1_000_000


def changes(differences: Sequence[Difference], hints: Iterable[str] = ()) -> str:
    """Say what a reload has changed, and which keys have no effect any more."""
    first = "Read config.yaml. What has changed:" if differences else "Read config.yaml: nothing has changed."
    return fitting([first, *map(change, differences), *map(literal, hints)])


def change(difference: Difference) -> str:
    """Say what has changed in one setting."""
    when = " (at the next start)" if difference.at_the_next_start else ""
    before, after = (literal(_shown(value)) for value in (difference.before, difference.after))
    return f"{literal(' › '.join(difference.place))}: {before} → {after}{when}"


def refusal(problems: Iterable[str]) -> str:
    """Say why the file was not taken."""
    return fitting(["config.yaml was not taken; what held before still holds.", *map(literal, problems)])


def fitting(lines: Iterable[str]) -> str:
    """Return as many lines as a message takes."""
    shown = ""
    for line in lines:
        if len(f"{shown}\n{line}\n{MORE}".encode("utf-16-le")) // 2 > CONTENT_LIMIT:
            return f"{shown}\n{MORE}"
        shown += f"\n{line}"
    return shown.lstrip("\n")


def status(resources: Resources, database: DatabaseStatus, latency_seconds: float, servers: int) -> str:
    """Say how queue, decoder, models, memory, connection and database are."""
    engine, queue = resources.engine, resources.settings.queue
    names = resources.library.names()
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    memory = [f"{who} {_megabytes(pid)}" for who, pid in (("bot", "self"), ("decoder", engine.decoder_pid)) if pid]
    latency = f"{latency_seconds * 1000:,.0f} ms" if math.isfinite(latency_seconds) else "not measured yet"
    return "\n".join(
        (
            f"**Writing** {engine.running} of {queue.max_running}, {engine.characters_per_second:,.0f} chars/s",
            f"**Waiting** {engine.waiting} of {queue.max_waiting}",
            f"**Decoding** with {literal(engine.decoding)}",
            f"**Models** {', '.join(names[:NAMED])}{more}; {resources.settings.models.default} when none is named",
            f"**Memory** {', '.join(memory)}",
            f"**Discord** latency {latency}, {counted(servers, 'server')}",
            f"**Database** {database.bytes / BYTES_PER_MB:,.1f} MB, {counted(database.generations, 'text')}",
        )
    )


def _megabytes(pid: int | str) -> str:
    """Say how much memory a process holds, where the system tells."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "unknown"
    kilobytes = next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)
    return f"{kilobytes * 1024 / BYTES_PER_MB:,.0f} MB"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
