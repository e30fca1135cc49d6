"""Prepare a training run on a text: choose a recipe, or find the one that an interrupted run started with."""

import os
import re
import time
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from tempera.models.auto_recipe.recipe_yaml import as_yaml
from tempera.models.auto_recipe.report import print_choices
from tempera.models.auto_recipe.selection import AutoRecipe, choose_recipe, fastest_workers
from tempera.models.auto_recipe.sizing import CorpusStats, StepTiming, candidate_plans
from tempera.models.auto_recipe.throughput import StepTimer
from tempera.models.errors import BadRecipe
from tempera.models.formats.card import NAME_PATTERN
from tempera.models.formats.checkpoint_files import CARD_FILE, write_atomically
from tempera.models.training.corpus import read_text
from tempera.models.training.precision import fixed_precision
from tempera.models.training.recipe import Recipe, read_recipe
from tempera.models.training.train import RunOptions, make_folder, refuse_to_overwrite

RECIPE_FILE = "recipe.yaml"


@dataclass(frozen=True)
class TextRun:
    """A request to train on a text."""

    text: Path
    name: str | None  # None: from the file name
    language: str
    minutes: float
    workers: int | None  # None: as many as are worthwhile
    resume: bool
    runs: Path
    checkpoints: Path


def recipe_for_text(run: TextRun, options: RunOptions) -> tuple[Path, RunOptions]:
    """Return the path of the run's recipe and how to run it; raises BadRecipe, Bf16Missing."""
    deadline = time.monotonic() + 60 * run.minutes
    name = _valid_name(run.name or _slug(run.text), run.text)
    path = run.runs / name / RECIPE_FILE
    refuse_to_overwrite(path.parent, resume=run.resume)
    cores = 1 if run.workers or options.torch_device != "cpu" else _cores()
    if run.resume and path.exists():
        return path, replace(options, workers=_workers_for_resume(path, options, cores))
    if (run.checkpoints / name / CARD_FILE).exists():
        raise BadRecipe(run.checkpoints / name, "already exists: choose another name with --name")
    corpus = describe_corpus(run.text, name, run.language)
    print(f"{corpus.title}: {corpus.characters:,} characters, {corpus.alphabet_size:,} of them distinct.", flush=True)
    auto = _choose(run, options, corpus, path, deadline, cores)
    make_folder(path.parent)
    write_atomically(path, as_yaml(auto.recipe, auto.reasons).encode())
    print_choices(auto, corpus, path)
    return path, replace(options, workers=run.workers or auto.workers)


def _choose(
    run: TextRun, options: RunOptions, corpus: CorpusStats, path: Path, deadline: float, cores: int
) -> AutoRecipe:
    """Choose a recipe by timing candidates."""
    smallest = candidate_plans(corpus, "fp32")[-1].recipe(1)
    precision = fixed_precision(options.precision, smallest.model.cell, options.torch_device)
    timer = StepTimer(smallest, path, options.torch_device)

    def measure(recipe: Recipe, workers: int) -> StepTiming:
        return timer.measure(recipe, run.workers or workers)

    return choose_recipe(corpus, measure, lambda: deadline - time.monotonic(), cores, precision)


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
