"""`python -m models train`: train by a recipe, or on any text file with an automatic recipe."""

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tempera.models.cli.arguments import Commands, add_threads, language_code, number
from tempera.models.training.recipe import PRECISIONS

if TYPE_CHECKING:  # imports torch
    from tempera.models.training.train import RunOptions

RECIPES = (".yaml", ".yml")


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("train", help="train by a recipe, or on any text file")
    parser.add_argument("source", type=Path, metavar="RECIPE.yaml|TEXT", help="a recipe, or a UTF-8 text file")
    parser.add_argument("--resume", action="store_true", help="continue an interrupted run")
    _add_text_options(parser)
    parser.add_argument("--no-samples", dest="samples", action="store_false", help="don't print samples")
    parser.add_argument(
        "--runs", type=Path, default=Path("runs"), help="folder for resume files and loss curves (default: runs)"
    )
    _add_machine_options(parser)
    parser.set_defaults(run=_train)


def _add_text_options(parser: argparse.ArgumentParser) -> None:
    """Add what a recipe would contain."""
    options = parser.add_argument_group("training on a text")
    options.add_argument(
        "--minutes", type=number(float, 0.1, 10_000), default=20, help="time limit in minutes (default: 20)"
    )
    options.add_argument("--name", help="name of the model (default: from the file name)")
    options.add_argument(
        "--language", metavar="LL", type=language_code, default="und", help="default: und, undetermined"
    )


def _add_machine_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers", type=number(int, 1, 64), help="processes (default: automatic for a text, 1 for a recipe)"
    )
    add_threads(parser, "threads per process; more than one rarely helps")
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="default: auto, a GPU if there is one"
    )
    parser.add_argument(
        "--precision",
        choices=PRECISIONS,
        help="default: the recipe's, or the faster one for a text; fp32 if bf16 is not supported",
    )
    parser.add_argument(
        "--save-seconds", type=number(float, 0, 3600), default=60, help="time between saves in seconds (default: 60)"
    )


def _train(arguments: argparse.Namespace) -> int:
    """Train, then print where the model is or how to resume; raises BadRecipe, Bf16Missing, WorkerEnded."""
    import torch

    from tempera.models.training.train import train

    torch.set_num_threads(arguments.threads)
    try:
        recipe, options = _recipe(arguments)
        folder = train(recipe, arguments.runs, arguments.checkpoints, resume=arguments.resume, options=options)
    except KeyboardInterrupt:
        again = [argument for argument in sys.argv[1:] if argument != "--resume"]
        print(f"\nInterrupted; resume with: python -m models {shlex.join(again)} --resume", file=sys.stderr)
        return 130
    print(f"Wrote {folder}. Try it: python -m models sample {folder} --prompt ...; a running bot can use it right away")
    return 0


def _recipe(arguments: argparse.Namespace) -> "tuple[Path, RunOptions]":
    """Return the recipe's path, made for the text if there is none, and how to run it."""
    from tempera.models.auto_recipe.for_text import TextRun, recipe_for_text
    from tempera.models.training.train import RunOptions

    options = RunOptions(
        workers=arguments.workers or 1,
        device=arguments.device,
        precision=arguments.precision,
        samples=arguments.samples,
        save_seconds=arguments.save_seconds,
    )
    if arguments.source.suffix in RECIPES:
        return arguments.source, options
    run = TextRun(
        text=arguments.source,
        name=arguments.name,
        language=arguments.language,
        minutes=arguments.minutes,
        workers=arguments.workers,
        resume=arguments.resume,
        runs=arguments.runs,
        checkpoints=arguments.checkpoints,
    )
    return recipe_for_text(run, options)
