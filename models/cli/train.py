"""`python -m models train`: train by a recipe, or on any text file with an automatic recipe."""

import shlex
import sys
from pathlib import Path

import click

from tempera.models.cli.options import PATH, Examples, LanguageCode, Number, checkpoints_of, threads_option
from tempera.models.training.recipe import PRECISIONS, Precision

RECIPES = (".yaml", ".yml")
INTERRUPTED = 130


@click.command(cls=Examples, examples=("diary.txt", "diary.txt --minutes 60 --name grandma", "diary.txt --resume"))
@click.argument("source", type=PATH, metavar="RECIPE.yaml|TEXT")
@click.option("--resume", is_flag=True, help="Continue an interrupted run.")
@click.option("--minutes", type=Number(0.1, 10_000), default=20, show_default=True, help="Time limit for a text.")
@click.option("--name", help="Name of the model of a text (default: from the file name).")
@click.option(
    "--language", type=LanguageCode(), default="und", show_default=True, help="Language of a text; und = undetermined."
)
@click.option("has_samples", "--samples/--no-samples", default=True, help="Whether to print samples.")
@click.option(
    "--runs", type=PATH, default=Path("runs"), show_default=True, help="Folder for resume files and loss curves."
)
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Processes (default: automatic for a text, 1 for a recipe)."
)
@threads_option("Threads per process; more than one rarely helps.")
@click.option(
    "--device",
    type=click.Choice(("auto", "cpu", "cuda")),
    default="auto",
    show_default=True,
    help="auto: a GPU if there is one.",
)
@click.option(
    "--precision",
    type=click.Choice(PRECISIONS),
    help="Default: the recipe's, or the faster one for a text; fp32 if bf16 is not supported.",
)
@click.option(
    "--save-seconds", type=Number(0, 3600), default=60, show_default=True, help="Time between saves in seconds."
)
@click.pass_context
def train(
    context: click.Context,
    source: Path,
    minutes: float,
    name: str | None,
    language: str,
    runs: Path,
    workers: int | None,
    threads: int,
    device: str,
    precision: Precision | None,
    save_seconds: float,
    *,
    resume: bool,
    has_samples: bool,
) -> int:
    """Train by a recipe, or on any UTF-8 text.

    It ends with where the model is, or with how to resume.
    """
    import torch

    from tempera.models.auto_recipe.for_text import TextRun, recipe_for_text
    from tempera.models.training.train import RunOptions
    from tempera.models.training.train import train as trained

    torch.set_num_threads(threads)
    checkpoints = checkpoints_of(context)
    options = RunOptions(
        workers=workers or 1, device=device, precision=precision, samples=has_samples, save_seconds=save_seconds
    )
    run = TextRun(source, name, language, minutes, workers, resume, runs, checkpoints)
    try:
        recipe, options = (source, options) if source.suffix in RECIPES else recipe_for_text(run, options)
        folder = trained(recipe, runs, checkpoints, resume=resume, options=options)
    except KeyboardInterrupt:
        again = [argument for argument in sys.argv[1:] if argument != "--resume"]
        print(f"\nInterrupted; resume with: python -m models {shlex.join(again)} --resume", file=sys.stderr)
        return INTERRUPTED
    print(f"Wrote {folder}. Try it: python -m models sample {folder} --prompt ...; a running bot can use it right away")
    return 0
