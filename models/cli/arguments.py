"""Arguments and their checks, shared by the commands."""

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from tempera.models.formats.old_names import SPLITS as EARLIER_SPLITS
from tempera.models.formats.splits import SPLITS
from tempera.models.library import Library

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no other name
LANGUAGE_PATTERN = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"  # the part of BCP 47 that matters here
MAX_THREADS = 1024


def number(kind: Callable[[str], Any], minimum: float, maximum: float) -> Callable[[str], Any]:
    """Return a parser of numbers within bounds, both inclusive."""

    def parse(text: str) -> Any:
        value = kind(text)
        if not minimum <= value <= maximum:
            raise argparse.ArgumentTypeError(f"{text} is not between {minimum:.10g} and {maximum:.10g}")
        return value

    parse.__name__ = kind.__name__  # which argparse shows
    return parse


def language_code(text: str) -> str:
    """Parse a language code."""
    if not re.fullmatch(LANGUAGE_PATTERN, text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a language code such as en or pt-BR")
    return text


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add the argument that names a checkpoint."""
    parser.add_argument("model", metavar="NAME_OR_PATH")


def folder_of(arguments: argparse.Namespace) -> Path:
    """Return the folder of the checkpoint that the arguments name; raises UnknownModel."""
    return Library(arguments.checkpoints).find(arguments.model)


def add_threads(parser: argparse.ArgumentParser, what: str = "CPU threads") -> None:
    """Add `--threads`."""
    parser.add_argument("--threads", type=number(int, 1, MAX_THREADS), default=1, help=f"{what} (default: 1)")


def add_split(parser: argparse.ArgumentParser) -> None:
    """Add `--split`."""
    parser.add_argument(
        "--split",
        type=_split,
        choices=SPLITS,
        default="test",
        help="part of the text (default: test, the last 10 %%; the rest is train+validation)",
    )


def _split(name: str) -> str:
    """Return a split by today's name; an earlier one still works, with a hint."""
    if name == "train":
        print("models: --split train excludes the validation part, train+validation includes it", file=sys.stderr)
    if name not in EARLIER_SPLITS:
        return name
    print(f"models: --split {name} is now --split {EARLIER_SPLITS[name]}", file=sys.stderr)
    return EARLIER_SPLITS[name]
