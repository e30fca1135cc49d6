"""`python -m benchmarks.load`: the bot under load: many people at once, each text's price, a soak, many servers.

The bot runs as `python -m bot` with the settings and models that are shipped; the sandbox in this process stands in for
Discord and for everybody who uses it.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.load import burst, cpu, servers, soak
from benchmarks.processes import own_config
from benchmarks.rounds import Row, arguments, print_rows, write_csv
from tempera.bot.process.event_loop import loop_factory
from tempera.models.engine.variants import installed_variant

Found = dict[str, list[float]]


class Part(NamedTuple):
    """One of the measurements; `of` names the option that says how much of it."""

    title: str
    of: str
    measure: Callable[[Path, int], Coroutine[Any, Any, Mapping[str, float | list[float]]]]
    rows: Callable[[Found], list[Row]]


PARTS = {
    "burst": Part("{:,} people press /generate within 10 s, 300 characters each", "people", burst.measure, burst.rows),
    "cpu": Part("{:,} texts of 100 characters, one after another", "texts", cpu.measure, cpu.rows),
    "soak": Part("{:,} short texts, 64 at a time", "soak", soak.measure, soak.rows),
    "servers": Part("{:,} servers", "servers", servers.measure, servers.rows),
}


def chosen() -> argparse.Namespace:
    """Return what the command line says."""
    parser = arguments(__doc__, 1)
    parser.add_argument("--parts", default=",".join(PARTS), help="those to measure, with commas (default: all)")
    parser.add_argument("--people", type=int, default=500, help="who press at once (default: %(default)s)")
    parser.add_argument("--texts", type=int, default=300, help="whose price is taken (default: %(default)s)")
    parser.add_argument("--soak", type=int, default=20_000, help="texts of the soak (default: %(default)s)")
    parser.add_argument("--servers", type=int, default=5_000, help="that the bot is in (default: %(default)s)")
    options = parser.parse_args()
    options.parts = options.parts.split(",")
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"--parts: no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return options


def in_rounds(part: Part, amount: int, rounds: int) -> Found:
    """Return the figures of every round, each with a new bot in a folder of its own."""
    found: Found = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=loop_factory()) as runner:
            taken = runner.run(part.measure(own_config(Path(folder)), amount))
        for what, figures in taken.items():
            found.setdefault(what, []).extend(figures if isinstance(figures, list) else [figures])
    return found


def main() -> int:
    """Print every figure beside its target; return 1 if one is missed."""
    options, missed = chosen(), False
    kept: Found = {}
    variant = installed_variant()[0]
    for name in options.parts:
        part = PARTS[name]
        amount = getattr(options, part.of)
        found = in_rounds(part, amount, options.rounds)
        rows = part.rows(found)
        print_rows(part.title.format(amount), rows, variant)
        missed = missed or any(row.missed for row in rows)
        kept |= {f"{name}: {what}": figures for what, figures in found.items()}
    if options.save:
        write_csv(options.save / "load.csv", kept)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
