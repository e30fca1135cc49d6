"""`python -m models temperature` and `words`."""

import argparse
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from models.errors import MissingExtra
from models.library import Library

MAX_TEXTS = 1000
MAX_LENGTH = 100_000  # characters
MAX_SEED = 2**31 - 1


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both commands."""
    temperature = commands.add_parser("temperature", help="measure how temperature affects a model's texts")
    temperature.add_argument("names", nargs="*", metavar="NAME", help="default: all models")
    temperature.add_argument(
        "--texts", type=_integer(1, MAX_TEXTS), default=10, help="texts per temperature (default: 10)"
    )
    temperature.add_argument(
        "--length", type=_integer(1, MAX_LENGTH), default=1500, help="characters per text (default: 1500)"
    )
    temperature.add_argument(
        "--seed", type=_integer(0, MAX_SEED - MAX_TEXTS), default=0, help="seed of the first text (default: 0)"
    )
    temperature.add_argument("--out", type=Path, metavar="FOLDER", help="write two plots and a Markdown page per model")
    temperature.add_argument("--page", type=Path, help="append the results of all models to this page")
    temperature.set_defaults(run=_temperature)
    words = commands.add_parser("words", help="record a model's training words, for `temperature` to find new ones")
    words.add_argument("name", metavar="NAME")
    words.add_argument("texts", nargs="+", type=Path, metavar="TEXT.txt", help="all of its training texts")
    words.set_defaults(run=_words)


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} is not between {low} and {high}")
        return value

    return parse


def _temperature(arguments: argparse.Namespace) -> None:
    import torch

    from models.ladder_page import report, write_page, write_sweep
    from models.temperature import run_sweep

    out = arguments.out or (arguments.page.with_suffix("") if arguments.page else None)
    if out and not find_spec("matplotlib"):
        raise MissingExtra("plots")
    torch.set_num_threads(1)  # fixed, for reproducible figures
    library = Library(arguments.checkpoints)
    sweeps = []
    for name in arguments.names or library.names():
        sweeps.append(run_sweep(library.path(name), arguments.texts, arguments.length, arguments.seed))
        print(report(sweeps[-1]), end="\n\n", flush=True)
        if out:
            write_sweep(sweeps[-1], out)
    if arguments.page and out:
        write_page(sweeps, arguments.page, out)


def _words(arguments: argparse.Namespace) -> None:
    from models.corpus import read_text
    from models.seen_words import WORDS_FILE, write_training_words

    folder = Library(arguments.checkpoints).path(arguments.name)
    count = write_training_words(folder, [read_text(path).split("train+validation") for path in arguments.texts])
    print(f"Wrote {folder / WORDS_FILE}: {count:,} words")
