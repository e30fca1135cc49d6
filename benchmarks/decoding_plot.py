"""Characters per second over texts written together, on log axes, with the int8 roofline."""

import statistics
from collections.abc import Mapping
from pathlib import Path

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.contestants import MULTIPLY, ROOFLINE, Contestant

PAIRS = colormaps["tab20"](range(20))
COLOURS = [*PAIRS[::2], *PAIRS[1::2]]  # ten that are apart, then lighter ones


def plot(path: Path, title: str, measured: Mapping[Contestant, list[float]]) -> None:
    """measured: characters per second in each round, by (name, texts); "int8 ..." become one line."""
    figure = Figure(figsize=(10, 5), layout="constrained")
    axes = figure.add_subplot(
        xscale="log", yscale="log", xlabel="texts written together", ylabel="characters per second"
    )
    axes.set_prop_cycle(color=COLOURS)
    lines: dict[str, dict[int, float]] = {}
    for (name, streams), speeds in measured.items():
        lines.setdefault(name, {})[streams] = statistics.median(speeds)
    most = max(streams for _, streams in measured)
    _draw_roofline(axes, lines, most)
    for name, points in lines.items():
        axes.plot(list(points), list(points.values()), marker="o", label=name)
    axes.set_title(title)
    axes.set_xticks(
        [2**power for power in range(most.bit_length())], labels=[str(2**p) for p in range(most.bit_length())]
    )
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right center")
    figure.savefig(path, dpi=100)


def _draw_roofline(axes: Axes, lines: dict[str, dict[int, float]], most: int) -> None:
    """One text waits for memory, many for the multiplier; nothing is drawn where they were not measured."""
    reading, multiplying = lines.pop(ROOFLINE.name, {}), lines.pop(MULTIPLY.name, {})
    for one, flat in zip(reading.values(), multiplying.values(), strict=True):
        knee = min(flat / one, most)
        axes.plot([1, knee, most], [one, knee * one, knee * one], color="grey", linestyle="--", label="int8 roofline")
