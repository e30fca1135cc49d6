"""The ladder in words: a table for the terminal, a section in Markdown for a page."""

import os
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from models.ladder import METRICS, TemperaturePoint, TemperatureSweep, check_hypotheses
from models.temperature_plots import draw_distribution, draw_metrics

MARK = "<!-- From here on written by: make temperature -->"
LINE = "{:<5} {:>13} {:>16} {:>16} {:>15}  {}"
EXCERPT_CHARACTERS = 36
SAMPLE_CHARACTERS = 300
CONTEXT_CHARACTERS = 60
WIDTH = 88  # columns of a sample; longer lines are broken


def report(sweep: TemperatureSweep) -> str:
    """Return a table for the terminal: means and standard deviations over the texts, how one begins, the claims."""
    lines = [sweep.name, LINE.format("T", *(metric.heading for metric in METRICS), "for instance")]
    for point in sweep.points:
        excerpt = _on_one_line(point.texts[0].text)[:EXCERPT_CHARACTERS]
        lines.append(LINE.format(f"{point.temperature:g}", *(metric.shown(point) for metric in METRICS), excerpt))
    return "\n".join([*lines, *map(str, check_hypotheses(sweep.points, sweep.unit))])


def write_sweep(sweep: TemperatureSweep, folder: Path) -> None:
    """Write a model's pictures, and its ladder beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    draw_metrics(sweep, folder / f"{sweep.name}.png")
    draw_distribution(sweep, folder / f"{sweep.name}-choice.png")
    (folder / f"{sweep.name}.md").write_text(section(sweep, ""), encoding="utf-8")


def write_page(sweeps: Iterable[TemperatureSweep], page: Path, pictures: Path) -> None:
    """Write all ladders below the mark of a page; what stands above it stays."""
    head = page.read_text(encoding="utf-8").partition(MARK)[0] if page.exists() else ""
    address = Path(os.path.relpath(pictures, page.parent)).as_posix()
    sections = [section(sweep, f"{address}/") for sweep in sweeps]
    page.write_text("\n".join([f"{head}{MARK}\n", *sections]), encoding="utf-8")


def section(sweep: TemperatureSweep, pictures: str) -> str:
    """Return a model's part of a page; `pictures` is their address up to the name."""
    points, context = sweep.points, sweep.distribution.context[-CONTEXT_CHARACTERS:]
    texts = points[0].texts
    return "\n".join(
        [
            f"## {sweep.title}\n",
            f"![What temperature does to {sweep.name}]({pictures}{sweep.name}.png)\n",
            f"Mean of {len(texts)} texts of {len(texts[0].text):,} characters; the band is one standard deviation.\n",
            *(f"- {hypothesis}" for hypothesis in check_hypotheses(points, sweep.unit)),
            f"\n![One choice at four temperatures]({pictures}{sweep.name}-choice.png)\n",
            f"What may come after\n\n{_quoted(context)}\n",
            "<details><summary>The figures</summary>\n",
            *_metrics_table(points),
            "\n</details>\n",
            f"<details><summary>The ladder: one opening, {len(points)} temperatures</summary>\n",
            *_samples(points),
            "</details>\n",
        ]
    )


def _metrics_table(points: Sequence[TemperaturePoint]) -> Iterator[str]:
    yield "| T | " + " | ".join(metric.title for metric in METRICS) + " |"
    yield "| --- |" + " --- |" * len(METRICS)
    for point in points:
        yield f"| {point.temperature:g} | " + " | ".join(metric.shown(point) for metric in METRICS) + " |"


def _samples(points: Sequence[TemperaturePoint]) -> Iterator[str]:
    yield f"Every text goes on from\n\n{_quoted(points[0].texts[0].prompt.strip())}\n"
    for point in points:
        yield f"**T = {point.temperature:g}**\n\n{_quoted(point.texts[0].text[:SAMPLE_CHARACTERS])}\n"


def _quoted(text: str) -> str:
    """Return text as an indented block, in which nothing acts as Markdown."""
    lines = [part for line in text.split("\n") for part in textwrap.wrap(_on_one_line(line), WIDTH) or [""]]
    return "\n".join(f"    {line}".rstrip() for line in lines)


def _on_one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
