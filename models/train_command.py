"""`python -m models train`: train by a recipe, or on any text file with an automatic recipe."""

import argparse
import os
import re
import shlex
import sys
import time
import unicodedata
from dataclasses import replace
from pathlib import Path

import torch

from models.card import NAME_PATTERN
from models.checkpoint_files import CARD_FILE, write_whole
from models.choose import AutoRecipe, choose_recipe, fastest_workers, quality_warning
from models.corpus import read_text
from models.errors import BadRecipe
from models.plan import CorpusStats, StepTiming, candidate_plans
from models.precision import fixed_precision
from models.probe import StepTimer
from models.recipe import Recipe, read_recipe
from models.recipe_text import as_yaml
from models.train import RunOptions, make_folder, refuse_to_overwrite, train

RECIPE_FILE = "recipe.yaml"
RECIPES = (".yaml", ".yml")


def train_command(arguments: argparse.Namespace) -> int:
    """Train, then print where the model is or how to resume; raises BadRecipe, Bf16Missing, WorkerEnded."""
    torch.set_num_threads(arguments.threads)
    options = RunOptions(
        workers=arguments.workers or 1,
        device=arguments.device,
        precision=arguments.precision,
        samples=arguments.samples,
        save_seconds=arguments.save_seconds,
    )
    try:
        if arguments.source.suffix in RECIPES:
            recipe_path = arguments.source
        else:
            recipe_path, options = _recipe_for_text(arguments, options)
        folder = train(recipe_path, arguments.runs, arguments.checkpoints, resume=arguments.resume, options=options)
    except KeyboardInterrupt:
        again = [argument for argument in sys.argv[1:] if argument != "--resume"]
        print(f"\nInterrupted; resume with: python -m models {shlex.join(again)} --resume", file=sys.stderr)
        return 130
    print(f"Wrote {folder}. Try it: python -m models sample {folder} --prompt ...; a running bot can use it right away")
    return 0


def _recipe_for_text(arguments: argparse.Namespace, options: RunOptions) -> tuple[Path, RunOptions]:
    """Return the recipe for a text, chosen now unless the run is resumed, and how to run it."""
    deadline = time.monotonic() + 60 * arguments.minutes
    name = _valid_name(arguments.name or _slug(arguments.source), arguments.source)
    folder = arguments.runs / name
    path = folder / RECIPE_FILE
    refuse_to_overwrite(folder, resume=arguments.resume)
    cores = 1 if arguments.workers or options.torch_device != "cpu" else _cores()
    if arguments.resume and path.exists():
        return path, replace(options, workers=_workers_for_resume(path, options, cores))
    if (arguments.checkpoints / name / CARD_FILE).exists():
        raise BadRecipe(arguments.checkpoints / name, "already exists: choose another name with --name")
    corpus = describe_corpus(arguments.source, name, arguments.language)
    print(f"{corpus.title}: {corpus.characters:,} characters, {corpus.alphabet_size:,} of them distinct.", flush=True)
    smallest = candidate_plans(corpus, "fp32")[-1].recipe(1)
    precision = fixed_precision(options.precision, smallest.model.cell, options.torch_device)
    timer = StepTimer(smallest, path, options.torch_device)

    def measure(recipe: Recipe, workers: int) -> StepTiming:
        return timer.measure(recipe, arguments.workers or workers)

    auto = choose_recipe(corpus, measure, lambda: deadline - time.monotonic(), cores, precision)
    make_folder(folder)
    write_whole(path, as_yaml(auto.recipe, auto.reasons).encode())
    print_choices(auto, corpus, path)
    return path, replace(options, workers=arguments.workers or auto.workers)


def _workers_for_resume(path: Path, options: RunOptions, cores: int) -> int:
    """Choose the number of workers for the rest of a run, which the recipe doesn't fix."""
    recipe = options.adapt(read_recipe(path))
    if cores == 1:
        return options.workers
    timer = StepTimer(recipe, path, options.torch_device)
    return fastest_workers(recipe, timer.measure(recipe, 1), timer.measure, cores)[0]


def describe_corpus(path: Path, name: str, language: str) -> CorpusStats:
    """Return the properties of a text that choices depend on; raises BadRecipe if it is unusable."""
    text = read_text(path)
    return CorpusStats(
        path=path,
        name=name,
        title=re.sub(r"[\s_-]+", " ", path.stem).strip().capitalize()[:80] or name,
        language=language,
        characters=len(text.text),
        train_characters=len(text.split("train")),
        alphabet_size=len(set(text.split("train+validation"))),
    )


def _slug(path: Path) -> str:
    """Return a model name made from a file name, possibly empty."""
    letters = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:32].rstrip("-")


def _valid_name(name: str, path: Path) -> str:
    if not re.fullmatch(NAME_PATTERN, name):
        problem = f"{name!r} is not a valid model name" if name else "can't derive a model name from the file name"
        raise BadRecipe(path, f"{problem}; set one with --name, using a-z, 0-9 and -")
    return name


def _cores() -> int:
    """Return the number of CPU cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def print_choices(auto: AutoRecipe, corpus: CorpusStats, path: Path) -> None:
    """Print the main choices, each with its reason."""
    recipe, config = auto.recipe, auto.recipe.optimization
    shape, rates = recipe.model, recipe.dropout
    lines = {
        "model": f"{shape.layers} LSTM layers of {shape.hidden_size}",
        "dropout": f"dropout {rates.between:g}",
        "batch": f"batches of {config.batch_size} x {config.sequence_length} characters",
        "rates": f"learning rates {config.recurrent_learning_rate:g} and {config.learning_rate:g}",
        "precision": config.precision,
        "workers": f"{auto.workers} worker{'s' if auto.workers > 1 else ''}",
        "epochs": f"{config.epochs:g} epochs",
        "patience": f"patience {config.patience}",
    }
    for key, choice in lines.items():
        print(f"  {choice}: {auto.reasons[key]}")
    if note := quality_warning(corpus.characters):
        print(note)
    print(f"Recipe: {path}", flush=True)
