"""A temperature sweep as a table for the terminal and as a section of a Markdown page."""

import os
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tempera.models.formats.checkpoint_files import write_atomically
from tempera.models.temperature_study.plots import draw_distribution, draw_metrics
from tempera.models.temperature_study.temperature_sweep import (
    METRICS,
    TemperaturePoint,
    TemperatureSweep,
    check_hypotheses,
)

MARK = "<!-- From here on written by: make temperature -->"
LINE = "{:<5} {:>13} {:>16} {:>16} {:>15}  {}"
EXCERPT_CHARACTERS = 36
SAMPLE_CHARACTERS = 300
CONTEXT_CHARACTERS = 60
WIDTH = 88  # columns of a sample; longer lines are wrapped


def report(sweep: TemperatureSweep) -> str:
    """Return a table for the terminal: mean ± standard deviation of each metric, an excerpt, and the hypotheses."""
    lines = [sweep.name, LINE.format("T", *(metric.heading for metric in METRICS), "example")]
    for point in sweep.points:
        excerpt = _on_one_line(point.texts[0].text)[:EXCERPT_CHARACTERS]
        lines.append(LINE.format(f"{point.temperature:g}", *(metric.summary(point) for metric in METRICS), excerpt))
    return "\n".join([*lines, *map(str, check_hypotheses(sweep.points, sweep.unit)), _default(sweep)])


def write_sweep(sweep: TemperatureSweep, folder: Path) -> None:
    """Write a model's plots, and its section beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    draw_metrics(sweep, folder / f"{sweep.name}.png")
    draw_distribution(sweep, folder / f"{sweep.name}-choice.png")
    write_atomically(folder / f"{sweep.name}.md", section(sweep, "").encode())


def write_page(sweeps: Iterable[TemperatureSweep], page: Path, pictures: Path) -> None:
    """Replace everything below the mark of a page with the sections of these sweeps."""
    head = page.read_text(encoding="utf-8").partition(MARK)[0] if page.exists() else ""
    address = Path(os.path.relpath(pictures, page.parent)).as_posix()
    sections = [section(sweep, f"{address}/") for sweep in sweeps]
    write_atomically(page, "\n".join([f"{head}{MARK}\n", *sections]).encode())


def section(sweep: TemperatureSweep, pictures: str) -> str:
    """Return a model's section of a page; `pictures` is the prefix of the plots' paths."""
    points, context = sweep.points, sweep.distribution.context[-CONTEXT_CHARACTERS:]
    texts = points[0].texts
    return "\n".join(
        [
            f"## {sweep.title}\n",
            f"![Metrics of {sweep.name}]({pictures}{sweep.name}.png)\n",
            f"Mean of {len(texts)} texts of {len(texts[0].text):,} characters; bands show one standard deviation.\n",
            *(f"- {hypothesis}" for hypothesis in check_hypotheses(points, sweep.unit)),
            f"- {_default(sweep)}",
            f"\n![A next-{sweep.unit} distribution at four temperatures]({pictures}{sweep.name}-choice.png)\n",
            f"Probabilities after the text\n\n{_quoted(context)}\n",
            "<details><summary>All figures</summary>\n",
            *_metrics_table(points),
            "\n</details>\n",
            f"<details><summary>Samples: one prompt at {len(points)} temperatures</summary>\n",
            *_samples(points),
            "</details>\n",
        ]
    )


def _default(sweep: TemperatureSweep) -> str:
    measured = sweep.default_temperature
    return f"Default temperature: {'none' if measured is None else format(measured, 'g')}"


def _metrics_table(points: Sequence[TemperaturePoint]) -> Iterator[str]:
    yield "| T | " + " | ".join(metric.title for metric in METRICS) + " |"
    yield "| --- |" + " --- |" * len(METRICS)
    for point in points:
        yield f"| {point.temperature:g} | " + " | ".join(metric.summary(point) for metric in METRICS) + " |"


def _samples(points: Sequence[TemperaturePoint]) -> Iterator[str]:
    yield f"All texts continue the prompt\n\n{_quoted(points[0].texts[0].prompt.strip())}\n"
    for point in points:
        yield f"**T = {point.temperature:g}**\n\n{_quoted(point.texts[0].text[:SAMPLE_CHARACTERS])}\n"


def _quoted(text: str) -> str:
    """Return text as an indented code block, in which nothing is interpreted as Markdown."""
    lines = [part for line in text.split("\n") for part in textwrap.wrap(_on_one_line(line), WIDTH) or [""]]
    return "\n".join(f"    {line}".rstrip() for line in lines)


def _on_one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
