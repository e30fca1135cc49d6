"""`python -m models compare`: RNN, GRU, LSTM and n-grams on one text."""

from pathlib import Path

import click

from tempera.models.cli.console import CLOSED_PIPE, ReaderGone
from tempera.models.cli.options import INTERRUPTED, PATH, Examples, Number, note
from tempera.models.formats.checkpoint_files import write_atomically
from tempera.models.training.recipe import PRECISIONS, Precision

PAGE_FILE = "README.md"
PICTURE_FILE = "losses.png"


@click.command(cls=Examples, examples=("diary.txt", "diary.txt --minutes-per-cell 10 --parameters 3e5"))
@click.argument("text", type=PATH, metavar="TEXT.txt")
@click.option("--out", type=PATH, default=Path("docs/comparison"), show_default=True, help="Output folder.")
@click.option(
    "--runs",
    type=PATH,
    default=Path("runs/compare"),
    show_default=True,
    help="Folder for intermediate results, used to resume.",
)
@click.option(
    "--minutes-per-cell",
    type=Number(1e-3, 1e6),
    help="Training time per network on one core, fixed at the start (default: ten epochs).",
)
@click.option("--parameters", type=Number(1, 1e9), default=1e6, show_default="1e6", help="Parameters per network.")
@click.option(
    "--precision",
    type=click.Choice(PRECISIONS),
    help="Default: bf16, or fp32 where PyTorch can't train in bf16.",
)
def compare(
    text: Path, out: Path, runs: Path, minutes_per_cell: float | None, parameters: float, precision: Precision | None
) -> int:
    """Compare networks and n-grams on a text.

    An RNN, a GRU, an LSTM and a transformer of equal size.
    """
    import torch

    from tempera.models.comparison.compare import compare as compared
    from tempera.models.comparison.page import page
    from tempera.models.comparison.plot import draw_curves
    from tempera.models.corpora.text import read_text

    torch.set_num_threads(1)
    read = read_text(text)
    try:
        results = compared(read, runs, parameters, minutes_per_cell, precision)
    except KeyboardInterrupt:
        note("interrupted; run the same command again to resume")
        return INTERRUPTED
    except ReaderGone:
        return CLOSED_PIPE
    drawn = draw_curves(results, out / PICTURE_FILE)
    path = out / PAGE_FILE
    write_atomically(path, page(results, read, PICTURE_FILE if drawn else None).encode())
    print(f"Wrote {path}")
    return 0
