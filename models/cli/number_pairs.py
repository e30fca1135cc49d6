"""`python -m models number-pairs`: a task for `train --pairs`."""

from pathlib import Path

import click

from tempera.models.cli.options import PATH, Examples
from tempera.models.corpora.number_pairs import number_pairs as pairs_of_numbers
from tempera.models.formats.checkpoint_files import write_atomically
from tempera.models.formats.layouts import PAIR_SEPARATOR

LEAST = 1000


@click.command("number-pairs", cls=Examples, examples=("--out numbers.tsv",))
@click.option("--out", type=PATH, default=Path("numbers.tsv"), show_default=True, help="File to write.")
@click.option(
    "--most", type=click.IntRange(LEAST, 999_999), default=99_999, show_default=True, help="The largest number."
)
@click.option(
    "--per-language", type=click.IntRange(LEAST, 200_000), default=8000, show_default=True, help="Pairs per language."
)
def number_pairs(out: Path, most: int, per_language: int) -> None:
    """Write numbers and their names in five languages.

    A task for `train --pairs`: an input such as `fr 71`, a tab, and `soixante et onze` per line.
    """
    lines = [PAIR_SEPARATOR.join(pair) for pair in pairs_of_numbers(most, per_language)]
    write_atomically(out, "\n".join([*lines, ""]).encode())
    print(f"Wrote {out}: {len(lines):,} pairs")
