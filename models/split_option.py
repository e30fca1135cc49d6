"""The option `--split`, shared by the commands that read a part of a text."""

import argparse
import sys

from models.old_names import SPLITS as EARLIER_SPLITS
from models.splits import SPLITS


def add_split(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument(
        "--split",
        type=_split,
        choices=SPLITS,
        default="test",
        help="part of the text (default: test, the last 10 %%)",
    )


def _split(name: str) -> str:
    """Return a split by today's name; an earlier one still works, with a hint."""
    if name not in EARLIER_SPLITS:
        return name
    print(f"models: --split {name} is now --split {EARLIER_SPLITS[name]}", file=sys.stderr)
    return EARLIER_SPLITS[name]
