"""Measure training speed on this machine with a few real steps on the text."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from torch import Tensor

from tempera.models.auto_recipe.sizing import StepTiming
from tempera.models.evaluation.losses import validation_loss
from tempera.models.formats.layouts import Layout
from tempera.models.memory import keep_freed
from tempera.models.training.dataset import Dataset
from tempera.models.training.recipe import Recipe
from tempera.models.training.start_model import load_start
from tempera.models.training.trainer import VALIDATION_ROWS, Trainer

TIMED_SECONDS = 1.5
SCORED_CHARACTERS = 16_384


class StepTimer:
    """Times recipes on a text without writing any files."""

    def __init__(self, recipe: Recipe, recipe_path: Path, device: str) -> None:
        start = load_start(recipe, recipe_path)
        self._dataset, self._device = Dataset(recipe, recipe_path, start.card.vocabulary if start else None), device
        self._train_ids, self._validation_ids = self._dataset.ids("train"), self._dataset.ids("validation")

    def measure(self, recipe: Recipe, workers: int) -> StepTiming:
        """Time some training steps and a validation on part of the data."""
        parts: tuple[list[Tensor], list[Tensor]] = self._train_ids, self._validation_ids
        trainer = Trainer(
            recipe, self._dataset, recipe.optimization, *parts, Path(), workers=workers, device=self._device
        )
        keep_freed()
        with trainer.workers:
            trainer.train_step()  # warm-up: allocates memory and waits for the workers to start
            step_seconds = _median_seconds(trainer.train_step)
        sample = [_sample(ids, recipe.layout).to(self._device) for ids in self._validation_ids]
        trainer.model.eval()
        scoring_seconds = _seconds(lambda: validation_loss(trainer.model, sample, VALIDATION_ROWS, recipe.layout))
        return StepTiming(step_seconds, scoring_seconds * sum(map(len, self._validation_ids)) / sum(map(len, sample)))


def _median_seconds(work: Callable[[], object]) -> float:
    times: list[float] = []
    while len(times) < 2 or sum(times) < TIMED_SECONDS:
        times.append(_seconds(work))
    return statistics.median(times)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _sample(ids: Tensor, layout: Layout) -> Tensor:
    """Return the beginning of a text; of records, whole ones in pairs."""
    if layout == "running" or len(ids) <= SCORED_CHARACTERS:
        return ids[:SCORED_CHARACTERS]
    ends = (ids == ids[0]).nonzero().flatten()
    last = int((ends < SCORED_CHARACTERS).sum()) - 1
    return ids[: int(ends[max(2, last - last % 2)]) + 1]
