"""Rounds in which everyone takes a turn on one core, and how the figures are printed, and kept as CSV."""

import argparse
import csv
import os
import statistics
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from benchmarks.machine import measured_on

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Target:
    """What the median must come to: at least this, or at most."""

    figure: float
    aim: float | None = None
    at_most: bool = False

    def is_met(self, median: float) -> bool:
        """Return whether the target is met."""
        return median <= self.figure if self.at_most else median >= self.figure

    def verdict(self, median: float) -> str:
        """Say what the target is, and whether it is met."""
        aim = "" if self.aim is None else f", aim {self.aim:g}"
        met = "met" if self.is_met(median) else "MISSED"
        return f"{'at most' if self.at_most else 'at least'} {self.figure:g}{aim}: {met}"


@dataclass(frozen=True)
class Row:
    """One figure, as measured in every round."""

    label: str
    figures: list[float]
    target: Target | None = None

    @property
    def missed(self) -> bool:
        """Whether there is a target that the median misses."""
        return self.target is not None and not self.target.is_met(statistics.median(self.figures))


def chosen(description: str | None, rounds: int) -> argparse.Namespace:
    """Return what the command line says: `rounds`, and the folder `save` for raw figures or None."""
    return arguments(description, rounds).parse_args()


def arguments(description: str | None, rounds: int) -> argparse.ArgumentParser:
    """Return the parser of what every benchmark can be told."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=rounds, help="more are steadier (default: %(default)s)")
    parser.add_argument("--save", type=Path, help="a folder for every round's figures")
    return parser


def use_one_core() -> int:
    """Keep this process, and those it will start, on the last core that it may use; return its number."""
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def interleaved(contestants: Mapping[Name, Callable[[], float]], rounds: int) -> dict[Name, list[float]]:
    """Let everyone measure once in each round, after one round that does not count."""
    found: dict[Name, list[float]] = {name: [] for name in contestants}
    for number in tqdm(range(rounds + 1), unit="round", leave=False, disable=None):
        for name, measure in contestants.items():
            figure = measure()
            if number:
                found[name].append(figure)
    return found


def ratios(numerators: Iterable[float], denominators: Iterable[float]) -> list[float]:
    """Divide one's figures by another's, round by round."""
    return [ours / theirs for ours, theirs in zip(numerators, denominators, strict=True)]


def print_rows(title: str, rows: Iterable[Row], variant: str) -> None:
    """Print the least, median and greatest of each figure beside its target, under what was measured on."""
    print(f"\n{title}\n{measured_on(variant)}\n{'':44}{'min':>9}{'median':>9}{'max':>9}  target")
    for row in rows:
        median = statistics.median(row.figures)
        numbers = (_short(figure) for figure in (min(row.figures), median, max(row.figures)))
        print(f"{row.label:44}{''.join(numbers)}  {row.target.verdict(median) if row.target else ''}".rstrip())


def _short(figure: float) -> str:
    return f"{figure:9,.0f}" if figure >= 100 else f"{figure:9.3g}"


def write_csv(path: Path, found: Mapping[str, list[float]]) -> None:
    """Keep every round's figure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("what", "round", "figure"))
        for what, figures in found.items():
            rows.writerows((what, number, f"{figure:.6g}") for number, figure in enumerate(figures, 1))
