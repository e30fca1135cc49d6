"""Train from recipe to checkpoint, with a progress bar, live samples and exact resume."""

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from tempera.models.copying.memorization import memorization_warning
from tempera.models.copying.report import copied_share
from tempera.models.errors import BadRecipe, DeviceMissing, RunFinished
from tempera.models.formats.card import read_card
from tempera.models.formats.checkpoint_files import CARD_FILE
from tempera.models.memory import keep_freed
from tempera.models.training.dataset import Dataset
from tempera.models.training.display.live_samples import live_samples
from tempera.models.training.display.loss_curve import draw_losses
from tempera.models.training.display.progress import ProgressDisplay
from tempera.models.training.export import export_checkpoint
from tempera.models.training.precision import NO_BF16, resolve_precision
from tempera.models.training.recipe import Precision, Recipe, read_recipe
from tempera.models.training.run_files import (
    FINISH_FOLDER,
    RESUME_FILE,
    finished_sha256,
    mark_finished,
    remove_run,
    require_space,
)
from tempera.models.training.start_model import load_start
from tempera.models.training.trainer import Trainer

DRAW_SECONDS = 30  # between plots; a plot takes 0.1 s


@dataclass(frozen=True)
class RunOptions:
    """How to run a training; nothing here changes its result, except for rounding."""

    workers: int = 1  # processes that share each batch
    device: str = "auto"  # or cpu, cuda
    precision: Precision | None = None  # None: the recipe's, if supported
    samples: bool = True
    save_seconds: float = 60.0  # maximum loss of progress on a crash

    @property
    def torch_device(self) -> str:
        """The device to use, a GPU if there is one; raises DeviceMissing."""
        if self.device == "cuda" and not torch.cuda.is_available():
            raise DeviceMissing(self.device)
        return ("cuda" if torch.cuda.is_available() else "cpu") if self.device == "auto" else self.device

    def adapt(self, recipe: Recipe) -> Recipe:
        """Return the recipe with the precision to train in; raises Bf16Missing."""
        requested = recipe.optimization.precision
        return recipe.in_precision(resolve_precision(requested, self.precision, [recipe.model.cell], self.torch_device))


def train(
    recipe_path: Path,
    runs: Path,
    checkpoints: Path,
    *,
    resume: bool = False,
    restart: bool = False,
    options: RunOptions = RunOptions(),
) -> Path:
    """Train by a recipe and return the checkpoint's folder; raises BadRecipe, Bf16Missing, WorkerEnded,
    NotEnoughSpace, NotWritten.

    With `resume`, an interrupted run continues from its last save and gives the same losses as an uninterrupted one;
    with `restart`, what it has done so far is removed.
    """
    requested = read_recipe(recipe_path)
    folder = runs / requested.name
    refuse_to_overwrite(folder, resume=resume, restart=restart)
    recipe = options.adapt(requested)
    if recipe != requested and not options.precision:
        print(f"{recipe_path}: {NO_BF16}; using fp32", flush=True)
    start = load_start(recipe, recipe_path)
    dataset = Dataset(recipe, recipe_path, start.card.vocabulary if start else None)
    trainer = partial(Trainer, recipe, dataset, workers=options.workers, device=options.torch_device)
    selected = trainer(recipe.optimization, dataset.ids("train"), dataset.ids("validation"), folder)
    for target in (folder, checkpoints / recipe.name):
        make_folder(target)  # fails now rather than after hours of training
    require_space(selected.parameters, folder, checkpoints / recipe.name, stages=2 if recipe.finish else 1)
    if restart:
        remove_run(folder)
    _train_stage(selected, start.weights_for(dataset.vocabulary) if start else None, dataset, options)
    stages = [selected]
    if recipe.finish and recipe.finishing:
        stages.append(trainer(recipe.finishing, dataset.ids(recipe.finish.part), None, folder / FINISH_FOLDER))
        _train_stage(stages[-1], selected.best, dataset, options)
        draw_losses(_joined_losses(stages), recipe.title, folder / "losses.png", recipe.unit)
    exported = export_checkpoint(recipe, dataset, stages, checkpoints / recipe.name, start.lineage if start else None)
    mark_finished(folder, read_card(exported).weights_sha256)
    return exported


def refuse_to_overwrite(folder: Path, *, resume: bool, restart: bool) -> None:
    """Raise BadRecipe if a new run would overwrite another one."""
    if (folder / RESUME_FILE).exists() and not resume and not restart:
        raise BadRecipe(folder, "already contains a run: continue it with --resume, or start anew with --restart")


def refuse_finished(recipe_path: Path, runs: Path, checkpoints: Path) -> None:
    """Raise RunFinished if a run has ended, and its model is there."""
    name = read_recipe(recipe_path).name
    checkpoint = checkpoints / name
    if not (checkpoint / CARD_FILE).exists() or (sha256 := finished_sha256(runs / name)) is None:
        return
    if read_card(checkpoint).weights_sha256 == sha256:
        raise RunFinished(runs / name, checkpoint)


def make_folder(folder: Path) -> None:
    """Create a folder; raises BadRecipe if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRecipe(folder, f"can't be created: {error.strerror}") from None


def _joined_losses(stages: list[Trainer]) -> list[dict[str, float]]:
    """Return all stages' losses, with epochs counted across stages."""
    rows: list[dict[str, float]] = []
    for stage in stages:
        before = rows[-1]["epoch"] if rows else 0.0
        rows += [row | {"epoch": before + row["epoch"]} for row in stage.progress.losses]
    return rows


def _train_stage(trainer: Trainer, weights: dict[str, Tensor] | None, dataset: Dataset, options: RunOptions) -> None:
    """Take the remaining steps, from a resume file or else from `weights`; leaves the network on the CPU."""
    if (trainer.folder / RESUME_FILE).exists():
        trainer.resume()
    elif weights:
        trainer.start_from(weights)
    keep_freed()
    display = ProgressDisplay(trainer)
    with trainer.workers, display:
        saved = drawn = time.monotonic()
        while not trainer.finished:
            display.step(_take_step(trainer))
            if validated := trainer.validation_due:
                trainer.validate()
                samples = live_samples(trainer.model, dataset) if options.samples else []
                warning = _note_copies(trainer, dataset, samples)
            if validated or time.monotonic() - saved >= options.save_seconds:
                trainer.save()
                saved = time.monotonic()
            if validated:
                display.validation(samples, warning)  # after it is saved: showing may fail
            if validated and (trainer.finished or time.monotonic() - drawn >= DRAW_SECONDS):
                draw_losses(
                    trainer.progress.losses, trainer.recipe.title, trainer.folder / "losses.png", trainer.recipe.unit
                )
                drawn = time.monotonic()
    trainer.model.cpu()


def _note_copies(trainer: Trainer, dataset: Dataset, samples: list[str]) -> str | None:
    """Keep how much of the samples is copied with the losses; return a warning of a network that memorizes."""
    if not samples or trainer.validation_ids is None:
        return None
    losses = trainer.progress.losses
    losses[-1]["copied"] = round(copied_share(samples, dataset.learned), 4)
    return memorization_warning(losses)


def _take_step(trainer: Trainer) -> float:
    """Train for a step and return its seconds."""
    started = time.perf_counter()
    trainer.train_step()
    elapsed = time.perf_counter() - started
    trainer.progress.seconds += elapsed
    return elapsed
