"""Plots of a temperature sweep, legible on a phone."""

from pathlib import Path
from statistics import fmean, pstdev
from typing import Any

from tempera.models.formats.figure_file import write_figure
from tempera.models.temperature_study.temperature_sweep import METRICS, Metric, TemperaturePoint, TemperatureSweep

SIZE_INCHES = (6, 6)
DOTS_PER_INCH = 150
COLOR = "#2a6f97"
CANDIDATES = 12
NAMES = {" ": "space", "\n": "new\nline"}
FIRST_CJK = "\u2e80"  # matplotlib's default font lacks these characters


def draw_metrics(sweep: TemperatureSweep, path: Path) -> None:
    """Draw each metric over T, with a band of one standard deviation to either side."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    figure.suptitle(sweep.name)
    for axes, metric in zip(figure.subplots(2, 2).flat, METRICS, strict=True):
        axes.set_title(metric.title, fontsize="medium")
        axes.set(xlabel="temperature", xlim=(0, 2))
        axes.grid(alpha=0.3)
        _draw_quantity(axes, metric, [point for point in sweep.points if point.values(metric.field)])
    write_figure(path, figure)


def _draw_quantity(axes: Any, metric: Metric, points: list[TemperaturePoint]) -> None:
    """Draw one panel; axes are matplotlib's, which is untyped."""
    if not points:
        axes.text(1, 0.5, "not measured", ha="center", va="center")
        return
    scale = 100 if metric.percent else 1
    temperatures = [point.temperature for point in points]
    means = [scale * fmean(point.values(metric.field)) for point in points]
    spreads = [scale * pstdev(point.values(metric.field)) for point in points]
    bounds = zip(*((mean - spread, mean + spread) for mean, spread in zip(means, spreads, strict=True)), strict=True)
    axes.fill_between(temperatures, *bounds, color=COLOR, alpha=0.25, linewidth=0)
    axes.plot(temperatures, means, color=COLOR, marker=".")
    axes.set_ylim(0, 103 if metric.percent else None)
    if metric.percent:
        axes.yaxis.set_major_formatter("{x:.0f} %")


def draw_distribution(sweep: TemperatureSweep, path: Path) -> None:
    """Draw the probabilities of the most likely tokens, a bar chart for each temperature."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    figure.suptitle(f"{sweep.name}: probability of the next {sweep.unit}")
    probabilities_by_temperature = sweep.distribution.probabilities
    rows = figure.subplots(len(probabilities_by_temperature), sharex=True, sharey=True)
    for axes, (temperature, probabilities) in zip(rows, probabilities_by_temperature.items(), strict=True):
        top = list(probabilities.items())[:CANDIDATES]
        heights = [probability for _, probability in top] + [sum(list(probabilities.values())[CANDIDATES:])]
        names = [_name(candidate) for candidate, _ in top] + ["all\nothers"]
        axes.bar(range(len(heights)), heights, color=[COLOR] * len(top) + ["#b0b0b0"])
        axes.set_xticks(range(len(heights)), names)
        axes.set_ylim(0, 1)
        axes.set_ylabel(f"T = {temperature:g}")
        axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        axes.grid(axis="y", alpha=0.3)
    write_figure(path, figure)


def _name(candidate: str) -> str:
    if any(character >= FIRST_CJK for character in candidate):
        return " ".join(f"{ord(character):04X}" for character in candidate)
    return NAMES.get(candidate, candidate.strip() or repr(candidate))
