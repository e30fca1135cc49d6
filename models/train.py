"""Training from recipe to checkpoint, with a progress bar; an interrupted run can go on."""

import math
import time
from pathlib import Path

from torch import Tensor
from tqdm import tqdm

from models.errors import BadRecipe
from models.plots import draw_losses
from models.recipe import read_recipe
from models.release import release
from models.run import RESUME_FILE, Data, Run


def train(recipe_path: Path, runs: Path, checkpoints: Path, *, resume: bool) -> Path:
    """Train as the recipe says and return the checkpoint's folder; raises BadRecipe.

    An interrupted run goes on with `resume` from its last evaluation and gives the losses of an unbroken one.
    """
    recipe = read_recipe(recipe_path)
    folder = runs / recipe.name
    if (folder / RESUME_FILE).exists() and not resume:
        raise BadRecipe(folder, "holds a run already: go on with --resume, or delete the folder to start again")
    data = Data(recipe, recipe_path)
    selected = Run(recipe, data, recipe.optimisation, data.ids("fit"), data.ids("tune"), folder)
    for place in (folder, checkpoints / recipe.name):
        _make(place)  # a place that can't be written is better known now than after hours
    _learn_all(selected, None)
    stages = [selected]
    if recipe.finishing:
        stages.append(Run(recipe, data, recipe.finishing, data.ids("train"), None, folder / "finish"))
        _learn_all(stages[-1], selected.best)
        draw_losses(_joined(stages), recipe.title, folder / "losses.png")
    return release(recipe, data, stages, checkpoints / recipe.name)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRecipe(folder, f"can't be made: {error.strerror}") from None


def _joined(stages: list[Run]) -> list[dict[str, float]]:
    """Return all stages' losses with their passes counted on."""
    rows: list[dict[str, float]] = []
    for stage in stages:
        before = rows[-1]["pass"] if rows else 0.0
        rows += [row | {"pass": before + row["pass"]} for row in stage.progress.losses]
    return rows


def _learn_all(run: Run, weights: dict[str, Tensor] | None) -> None:
    """Take all steps that are left, from a resume file or else from `weights`."""
    if (run.folder / RESUME_FILE).exists():
        run.resume()
    elif weights:
        run.start_from(weights)
    run.model.train()
    since_assessed: list[float] = []
    every = max(1, run.steps_per_pass // 2)
    with tqdm(total=run.steps, initial=run.progress.step, unit="step", smoothing=0.05) as bar:
        for inputs, targets in run.windows():
            started = time.perf_counter()
            since_assessed.append(run.learn(inputs, targets))
            elapsed = time.perf_counter() - started
            run.progress.seconds += elapsed
            if run.progress.step % every == 0 or run.progress.step == run.steps:
                run.assess(sum(since_assessed) / len(since_assessed))
                since_assessed.clear()
            bar.set_postfix_str(_figures(run, inputs.numel() / elapsed), refresh=False)
            bar.update()


def _figures(run: Run, characters_per_second: float) -> str:
    last = run.progress.losses[-1] if run.progress.losses else {"train": math.nan, "tune": math.nan}
    best = run.progress.best_tune
    losses = f"train {last['train']:.4f} tune {last['tune']:.4f} best {best:.4f} nats/char"
    return f"{losses}, {characters_per_second:,.0f} chars/s"
