"""`python -m models train`: a recipe as it stands, or any text file with choices made for it."""

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
from models.choose import Choice, choose, expectation, fastest_workers
from models.corpus import read_text
from models.errors import BadRecipe
from models.plan import Pace, Source, plans
from models.precision import only_choice
from models.probe import Probe
from models.recipe import Recipe, read_recipe
from models.recipe_text import as_yaml
from models.train import Machine, make_folder, refuse_second_run, train

RECIPE_FILE = "recipe.yaml"
RECIPES = (".yaml", ".yml")


def train_command(arguments: argparse.Namespace) -> int:
    """Train, and say how to go on or where the voice is; raises BadRecipe, Bf16Missing, WorkerEnded."""
    torch.set_num_threads(arguments.threads)
    machine = Machine(
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
            recipe_path, machine = _own_recipe(arguments, machine)
        folder = train(recipe_path, arguments.runs, arguments.checkpoints, resume=arguments.resume, machine=machine)
    except KeyboardInterrupt:
        again = [argument for argument in sys.argv[1:] if argument != "--resume"]
        print(f"\nInterrupted; go on with: python -m models {shlex.join(again)} --resume", file=sys.stderr)
        return 130
    print(f"{folder} is ready: python -m models sample {folder} --prompt ...; a running bot has it, too")
    return 0


def _own_recipe(arguments: argparse.Namespace, machine: Machine) -> tuple[Path, Machine]:
    """Return the recipe of a text's run, chosen now unless the run goes on, and how to carry it out."""
    deadline = time.monotonic() + 60 * arguments.minutes
    name = _checked_name(arguments.name or _slug(arguments.source), arguments.source)
    folder = arguments.runs / name
    path = folder / RECIPE_FILE
    refuse_second_run(folder, resume=arguments.resume)
    cores = 1 if arguments.workers or machine.torch_device != "cpu" else _cores()
    if arguments.resume and path.exists():
        return path, replace(machine, workers=_workers_again(path, machine, cores))
    if (arguments.checkpoints / name / CARD_FILE).exists():
        raise BadRecipe(arguments.checkpoints / name, "is a model already: choose another name with --name")
    source = look(arguments.source, name, arguments.language)
    print(f"{source.title}: {source.characters:,} characters, alphabet of {source.alphabet_size:,}.", flush=True)
    smallest = plans(source, "fp32")[-1].recipe(1)
    precision = only_choice(machine.precision, smallest.model.cell, machine.torch_device)
    probe = Probe(smallest, path, machine.torch_device)

    def measure(recipe: Recipe, workers: int) -> Pace:
        return probe.pace(recipe, arguments.workers or workers)

    choice = choose(source, measure, lambda: deadline - time.monotonic(), cores, precision)
    make_folder(folder)
    write_whole(path, as_yaml(choice.recipe, choice.reasons).encode())
    _say(choice, source, path)
    return path, replace(machine, workers=arguments.workers or choice.workers)


def _workers_again(path: Path, machine: Machine, cores: int) -> int:
    """Choose the workers for the rest of a run; they are no part of its recipe."""
    recipe = machine.suited(read_recipe(path))
    if cores == 1:
        return machine.workers
    probe = Probe(recipe, path, machine.torch_device)
    return fastest_workers(recipe, probe.pace(recipe, 1), probe.pace, cores)[0]


def look(path: Path, name: str, language: str) -> Source:
    """Return what choices depend on; raises BadRecipe if the text can't be read, or is too short."""
    text = read_text(path)
    return Source(
        path=path,
        name=name,
        title=re.sub(r"[\s_-]+", " ", path.stem).strip().capitalize()[:80] or name,
        language=language,
        characters=len(text.text),
        fit_characters=len(text.split("fit")),
        alphabet_size=len(set(text.split("train"))),
    )


def _slug(path: Path) -> str:
    """Return a file's name as a model's, "" where nothing is left of it."""
    letters = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:32].rstrip("-")


def _checked_name(name: str, path: Path) -> str:
    if not re.fullmatch(NAME_PATTERN, name):
        fault = f"{name!r} is no name for a model" if name else "its name has nothing to name a model after"
        raise BadRecipe(path, f"{fault}; choose one of a-z, 0-9 and - with --name")
    return name


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _say(choice: Choice, source: Source, path: Path) -> None:
    """Print the choices that matter, each with its reason."""
    recipe, how = choice.recipe, choice.recipe.optimisation
    shape, rates = recipe.model, recipe.dropout
    lines = {
        "model": f"{shape.layers} LSTM layers of {shape.hidden_size}",
        "dropout": f"dropout {rates.between:g}",
        "batch": f"{how.rows} rows of {how.window} characters",
        "rates": f"learning rates {how.recurrent_learning_rate:g} and {how.learning_rate:g}",
        "precision": how.precision,
        "workers": f"{choice.workers} worker{'s' if choice.workers > 1 else ''}",
        "passes": f"{how.passes:g} passes",
        "patience": f"patience {how.patience}",
    }
    for key, choice_made in lines.items():
        print(f"  {choice_made}: {choice.reasons[key]}")
    if note := expectation(source.characters):
        print(note)
    print(f"The recipe is {path}.", flush=True)
