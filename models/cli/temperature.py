"""`python -m models temperature` and `words`."""

import argparse
from importlib.util import find_spec
from pathlib import Path

from tempera.models.cli.arguments import Commands, number
from tempera.models.errors import BadCheckpoint, MissingExtra
from tempera.models.evaluation.fluency import LENGTH, SEED, TEXTS
from tempera.models.formats.training_words import WORDS_FILE
from tempera.models.library import Library
from tempera.models.sampling_params import SPECS

MAX_TEXTS = 1000
MAX_LENGTH = 100_000  # characters


def add_command(commands: Commands) -> None:
    """Add both commands."""
    temperature = commands.add_parser("temperature", help="measure how temperature affects a model's texts")
    temperature.add_argument("names", nargs="*", metavar="NAME", help="default: all models")
    temperature.add_argument(
        "--texts", type=number(int, 1, MAX_TEXTS), default=TEXTS, help=f"texts per temperature (default: {TEXTS})"
    )
    temperature.add_argument(
        "--length", type=number(int, 1, MAX_LENGTH), default=LENGTH, help=f"characters per text (default: {LENGTH})"
    )
    temperature.add_argument(
        "--seed",
        type=number(int, 0, SPECS["seed"].maximum - MAX_TEXTS),
        default=SEED,
        help=f"seed of the first text (default: {SEED})",
    )
    temperature.add_argument("--out", type=Path, metavar="FOLDER", help="write two plots and a Markdown page per model")
    temperature.add_argument("--page", type=Path, help="append the results of all models to this page")
    temperature.add_argument("--record", action="store_true", help="keep the default temperature in the model card")
    temperature.set_defaults(run=_temperature)
    words = commands.add_parser("words", help="record a model's training words, for `temperature` to find new ones")
    words.add_argument("name", metavar="NAME")
    words.add_argument("texts", nargs="+", type=Path, metavar="TEXT.txt", help="all of its training texts")
    words.set_defaults(run=_words)


def _temperature(arguments: argparse.Namespace) -> None:
    import torch

    from tempera.models.evaluation.default_temperature import record
    from tempera.models.temperature_study.measure import run_sweep
    from tempera.models.temperature_study.sweep_page import report, write_page, write_sweep

    out = arguments.out or (arguments.page.with_suffix("") if arguments.page else None)
    if out and not find_spec("matplotlib"):
        raise MissingExtra("plots")
    torch.set_num_threads(1)  # fixed, for reproducible figures
    library = Library(arguments.checkpoints)
    folders = [library.path(name) for name in arguments.names or library.names()]
    if arguments.record:
        _check_words(folders)
    sweeps = []
    for folder in folders:
        sweeps.append(run_sweep(folder, arguments.texts, arguments.length, arguments.seed))
        print(report(sweeps[-1]), end="\n\n", flush=True)
        if arguments.record:
            record(folder, sweeps[-1].default_temperature)
        if out:
            write_sweep(sweeps[-1], out)
    if arguments.page and out:
        write_page(sweeps, arguments.page, out)


def _check_words(folders: list[Path]) -> None:
    """Raise BadCheckpoint for a model without a list of training words, before minutes of work."""
    for folder in folders:
        if not (folder / WORDS_FILE).exists():
            reason = f"is missing; write it with: python -m models words {folder.name} TEXT.txt"
            raise BadCheckpoint(folder / WORDS_FILE, reason)


def _words(arguments: argparse.Namespace) -> None:
    from tempera.models.formats.training_words import write_training_words
    from tempera.models.training.corpus import read_text

    folder = Library(arguments.checkpoints).path(arguments.name)
    count = write_training_words(folder, [read_text(path).split("train+validation") for path in arguments.texts])
    print(f"Wrote {folder / WORDS_FILE}: {count:,} words")
