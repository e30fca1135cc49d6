"""`python -m models compare`: RNN, GRU, LSTM and n-grams on one text."""

import argparse
import sys
from pathlib import Path

from tempera.models.cli.arguments import Commands, number
from tempera.models.training.recipe import PRECISIONS

PAGE_FILE = "README.md"
PICTURE_FILE = "losses.png"


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("compare", help="compare an RNN, a GRU and an LSTM of equal size with n-grams")
    parser.add_argument("text", type=Path, metavar="TEXT.txt")
    parser.add_argument(
        "--out", type=Path, default=Path("docs/comparison"), help="output folder (default: docs/comparison)"
    )
    parser.add_argument(
        "--runs",
        type=Path,
        default=Path("runs/compare"),
        help="folder for intermediate results, used to resume (default: runs/compare)",
    )
    parser.add_argument(
        "--minutes-per-cell",
        type=number(float, 1e-3, 1e6),
        help="training time per network on one core, fixed at the start (default: ten epochs)",
    )
    parser.add_argument(
        "--parameters", type=number(float, 1, 1e9), default=1e6, help="parameters per network (default: 1e6)"
    )
    parser.add_argument(
        "--precision", choices=PRECISIONS, help="default: bf16, or fp32 where PyTorch can't train in bf16"
    )
    parser.set_defaults(run=_compare)


def _compare(arguments: argparse.Namespace) -> int:
    import torch

    from tempera.models.comparison.compare import compare
    from tempera.models.comparison.page import page
    from tempera.models.comparison.plot import draw_curves
    from tempera.models.training.corpus import read_text

    torch.set_num_threads(1)
    text = read_text(arguments.text)
    try:
        results = compare(text, arguments.runs, arguments.parameters, arguments.minutes_per_cell, arguments.precision)
    except KeyboardInterrupt:
        print("models: interrupted; run the same command again to resume", file=sys.stderr)
        return 130
    arguments.out.mkdir(parents=True, exist_ok=True)
    drawn = draw_curves(results, arguments.out / PICTURE_FILE)
    path = arguments.out / PAGE_FILE
    path.write_text(page(results, text, PICTURE_FILE if drawn else None), encoding="utf-8")
    print(f"Wrote {path}")
    return 0
