"""How fast this machine learns: a few steps of the real thing, on the text itself."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from torch import Tensor

from models.memory import keep_freed
from models.plan import Pace
from models.recipe import Recipe
from models.run import TUNE_ROWS, Data, Run, tune_loss

TIMED_SECONDS = 1.5
SCORED_CHARACTERS = 16_384


class Probe:
    """Times recipes on a text; nothing is written."""

    def __init__(self, recipe: Recipe, recipe_path: Path, device: str) -> None:
        self._data, self._device = Data(recipe, recipe_path), device
        self._fit, self._tune = self._data.ids("fit"), self._data.ids("tune")

    def pace(self, recipe: Recipe, workers: int) -> Pace:
        """Take some steps as the recipe says and score some of the tune part."""
        parts: tuple[list[Tensor], list[Tensor]] = self._fit, self._tune
        run = Run(recipe, self._data, recipe.optimisation, *parts, Path(), workers=workers, device=self._device)
        keep_freed()
        with run.workers:
            run.learn()  # makes room, and waits for the workers to be there
            step_seconds = _median_seconds(run.learn)
        some = [ids[:SCORED_CHARACTERS].to(self._device) for ids in self._tune]
        run.model.eval()
        scoring_seconds = _seconds(lambda: tune_loss(run.model, some, TUNE_ROWS))
        return Pace(step_seconds, scoring_seconds * sum(map(len, self._tune)) / sum(map(len, some)))


def _median_seconds(work: Callable[[], object]) -> float:
    times: list[float] = []
    while len(times) < 2 or sum(times) < TIMED_SECONDS:
        times.append(_seconds(work))
    return statistics.median(times)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
