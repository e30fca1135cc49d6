"""The ladder in words: a table for the terminal, a section in Markdown for a page."""

import os
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from models.ladder import QUANTITIES, Rung, Study, claims
from models.temperature_plots import draw_choice, draw_ladder

MARK = "<!-- From here on written by: make temperature -->"
LINE = "{:<5} {:>13} {:>16} {:>16} {:>15}  {}"
GLIMPSE_CHARACTERS = 36
SAMPLE_CHARACTERS = 300
CONTEXT_CHARACTERS = 60
WIDTH = 88  # columns of a sample; longer lines are broken


def report(study: Study) -> str:
    """Return a table for the terminal: means and standard deviations over the texts, how one begins, the claims."""
    lines = [study.name, LINE.format("T", *(quantity.heading for quantity in QUANTITIES), "for instance")]
    for rung in study.rungs:
        glimpse = _on_one_line(rung.readings[0].text)[:GLIMPSE_CHARACTERS]
        lines.append(LINE.format(f"{rung.temperature:g}", *(quantity.shown(rung) for quantity in QUANTITIES), glimpse))
    return "\n".join([*lines, *map(str, claims(study.rungs, study.unit))])


def write_ladder(study: Study, folder: Path) -> None:
    """Write a model's pictures, and its ladder beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    draw_ladder(study, folder / f"{study.name}.png")
    draw_choice(study, folder / f"{study.name}-choice.png")
    (folder / f"{study.name}.md").write_text(section(study, ""), encoding="utf-8")


def write_page(studies: Iterable[Study], page: Path, pictures: Path) -> None:
    """Write all ladders below the mark of a page; what stands above it stays."""
    head = page.read_text(encoding="utf-8").partition(MARK)[0] if page.exists() else ""
    address = Path(os.path.relpath(pictures, page.parent)).as_posix()
    sections = [section(study, f"{address}/") for study in studies]
    page.write_text("\n".join([f"{head}{MARK}\n", *sections]), encoding="utf-8")


def section(study: Study, pictures: str) -> str:
    """Return a model's part of a page; `pictures` is their address up to the name."""
    rungs, context = study.rungs, study.choice.context[-CONTEXT_CHARACTERS:]
    texts = rungs[0].readings
    return "\n".join(
        [
            f"## {study.title}\n",
            f"![What temperature does to {study.name}]({pictures}{study.name}.png)\n",
            f"Mean of {len(texts)} texts of {len(texts[0].text):,} characters; the band is one standard deviation.\n",
            *(f"- {claim}" for claim in claims(rungs, study.unit)),
            f"\n![One choice at four temperatures]({pictures}{study.name}-choice.png)\n",
            f"What may come after\n\n{_quoted(context)}\n",
            "<details><summary>The figures</summary>\n",
            *_figures(rungs),
            "\n</details>\n",
            f"<details><summary>The ladder: one opening, {len(rungs)} temperatures</summary>\n",
            *_ladder(rungs),
            "</details>\n",
        ]
    )


def _figures(rungs: Sequence[Rung]) -> Iterator[str]:
    yield "| T | " + " | ".join(quantity.title for quantity in QUANTITIES) + " |"
    yield "| --- |" + " --- |" * len(QUANTITIES)
    for rung in rungs:
        yield f"| {rung.temperature:g} | " + " | ".join(quantity.shown(rung) for quantity in QUANTITIES) + " |"


def _ladder(rungs: Sequence[Rung]) -> Iterator[str]:
    yield f"Every text goes on from\n\n{_quoted(rungs[0].readings[0].prompt.strip())}\n"
    for rung in rungs:
        yield f"**T = {rung.temperature:g}**\n\n{_quoted(rung.readings[0].text[:SAMPLE_CHARACTERS])}\n"


def _quoted(text: str) -> str:
    """Return text as an indented block, in which nothing acts as Markdown."""
    lines = [part for line in text.split("\n") for part in textwrap.wrap(_on_one_line(line), WIDTH) or [""]]
    return "\n".join(f"    {line}".rstrip() for line in lines)


def _on_one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
