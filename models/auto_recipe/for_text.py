"""Prepare a training run on a text: choose a recipe, or find the one that an interrupted run started with."""

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

from tempera.models.auto_recipe.corpus_stats import CorpusStats, corpus_stats, model_name
from tempera.models.auto_recipe.recipe_yaml import as_yaml
from tempera.models.auto_recipe.report import print_choices, print_text
from tempera.models.auto_recipe.selection import AutoRecipe, choose_recipe, fastest_workers
from tempera.models.auto_recipe.sizing import StepTiming, candidate_plans
from tempera.models.auto_recipe.throughput import StepTimer
from tempera.models.auto_recipe.wishes import Wishes
from tempera.models.errors import BadRecipe
from tempera.models.formats.card import read_card
from tempera.models.formats.checkpoint_files import CARD_FILE, write_atomically
from tempera.models.formats.file_names import stored_path
from tempera.models.training.precision import fixed_precision
from tempera.models.training.recipe import Recipe, read_recipe
from tempera.models.training.run_files import finished_sha256
from tempera.models.training.train import RunOptions, make_folder, refuse_to_overwrite

RECIPE_FILE = "recipe.yaml"


@dataclass(frozen=True)
class TextRun:
    """A request to train on a text: a file, several, or a folder of them."""

    texts: tuple[Path, ...]
    separator: str  # between documents
    name: str | None  # None: from the file name
    language: str
    minutes: float
    workers: int | None  # None: as many as are worthwhile
    resume: bool
    restart: bool
    runs: Path
    checkpoints: Path
    wishes: Wishes


def recipe_for_text(run: TextRun, options: RunOptions) -> tuple[Path, RunOptions]:
    """Return the path of the run's recipe and how to run it; raises BadRecipe, Bf16Missing, BadCheckpoint."""
    deadline = time.monotonic() + 60 * run.minutes
    name = model_name(run.name, run.texts[0])
    path = run.runs / name / RECIPE_FILE
    refuse_to_overwrite(path.parent, resume=run.resume, restart=run.restart)
    cores = 1 if run.workers or options.torch_device != "cpu" else _cores()
    if run.resume and path.exists():
        _refuse_another_text(path, run.texts)
        return path, replace(options, workers=_workers_for_resume(path, options, cores))
    _refuse_to_replace(run.checkpoints / name, path.parent, restart=run.restart)
    corpus = corpus_stats(run.texts, name, run.language, run.separator, run.wishes)
    print_text(corpus)
    auto = _choose(run, options, corpus, path, deadline, cores)
    make_folder(path.parent)
    write_atomically(path, as_yaml(auto.recipe, auto.reasons).encode())
    print_choices(auto, corpus, path)
    return path, replace(options, workers=run.workers or auto.workers)


def _refuse_another_text(recipe_path: Path, texts: tuple[Path, ...]) -> None:
    """Raise BadRecipe if a run has begun with another text, or with one that is gone."""
    (corpus,) = read_recipe(recipe_path).corpora
    began_with = [stored_path(recipe_path.parent, file) for file in (corpus.file, *corpus.more_files)]
    for text in texts:
        if not text.exists():
            raise BadRecipe(text, "can't be read: No such file or directory")
    if [os.path.realpath(path) for path in began_with] != [os.path.realpath(path) for path in texts]:
        raise BadRecipe(
            recipe_path.parent,
            f"is the run of {began_with[0]}, not of {texts[0]}: give this one another name with --name",
        )


def _refuse_to_replace(checkpoint: Path, run: Path, *, restart: bool) -> None:
    """Raise BadRecipe if there is a model of this name; a run that starts anew may replace its own."""
    if not (checkpoint / CARD_FILE).exists():
        return
    if not restart or finished_sha256(run) != read_card(checkpoint).weights_sha256:
        raise BadRecipe(checkpoint, "already exists: choose another name with --name")


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


def _cores() -> int:
    """Return the number of CPU cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
