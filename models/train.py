"""Training from recipe to checkpoint, with a progress bar and live samples; an interrupted run can go on."""

import math
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

import torch
from torch import Tensor
from tqdm import tqdm

from models.errors import BadRecipe, DeviceMissing
from models.live_samples import live_samples
from models.memory import keep_freed
from models.plots import draw_losses
from models.precision import NO_BF16, attainable
from models.recipe import Precision, Recipe, read_recipe
from models.release import release
from models.run import RESUME_FILE, Data, Run

DRAW_SECONDS = 30  # the loss curve takes a tenth of a second


@dataclass(frozen=True)
class Machine:
    """How a run is carried out; nothing here changes what it gives, but for rounding."""

    workers: int = 1  # processes that share each step's rows
    device: str = "auto"  # or cpu, cuda
    precision: Precision | None = None  # None: the recipe's, if it can be had
    samples: bool = True
    save_seconds: float = 60.0  # at most this much is lost when the power goes

    @property
    def torch_device(self) -> str:
        """The device itself, a GPU where there is one; raises DeviceMissing."""
        if self.device == "cuda" and not torch.cuda.is_available():
            raise DeviceMissing(self.device)
        return ("cuda" if torch.cuda.is_available() else "cpu") if self.device == "auto" else self.device

    def suited(self, recipe: Recipe) -> Recipe:
        """Return the recipe in the precision in which it is carried out; raises Bf16Missing."""
        asked = recipe.optimisation.precision
        return recipe.in_precision(attainable(asked, self.precision, [recipe.model.cell], self.torch_device))


def train(
    recipe_path: Path,
    runs: Path,
    checkpoints: Path,
    *,
    resume: bool,
    machine: Machine = Machine(),
) -> Path:
    """Train as the recipe says and return the checkpoint's folder; raises BadRecipe, Bf16Missing, WorkerEnded.

    An interrupted run goes on with `resume` from its last save and gives the losses of an unbroken one.
    """
    asked = read_recipe(recipe_path)
    folder = runs / asked.name
    refuse_second_run(folder, resume=resume)
    recipe = machine.suited(asked)
    if recipe != asked and not machine.precision:
        print(f"{recipe_path}: {NO_BF16}, so fp32", flush=True)
    data = Data(recipe, recipe_path)
    run = partial(Run, recipe, data, workers=machine.workers, device=machine.torch_device)
    selected = run(recipe.optimisation, data.ids("fit"), data.ids("tune"), folder)
    for place in (folder, checkpoints / recipe.name):
        make_folder(place)  # a place that can't be written is better known now than after hours
    _learn_all(selected, None, data, machine)
    stages = [selected]
    if recipe.finishing:
        stages.append(run(recipe.finishing, data.ids("train"), None, folder / "finish"))
        _learn_all(stages[-1], selected.best, data, machine)
        draw_losses(_joined(stages), recipe.title, folder / "losses.png", recipe.unit)
    return release(recipe, data, stages, checkpoints / recipe.name)


def refuse_second_run(folder: Path, *, resume: bool) -> None:
    """Raise BadRecipe where a new run would overwrite another one."""
    if (folder / RESUME_FILE).exists() and not resume:
        raise BadRecipe(folder, "holds a run already: go on with --resume, or delete the folder to start again")


def make_folder(folder: Path) -> None:
    """Make a folder; raises BadRecipe when that can't be."""
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


def _learn_all(run: Run, weights: dict[str, Tensor] | None, data: Data, machine: Machine) -> None:
    """Take all steps that are left, from a resume file or else from `weights`; then the network is on the CPU."""
    if (run.folder / RESUME_FILE).exists():
        run.resume()
    elif weights:
        run.start_from(weights)
    keep_freed()
    bar = tqdm(total=run.steps, initial=run.progress.step, unit="step", smoothing=0.05)
    with run.workers, bar:
        saved = drawn = time.monotonic()
        while not run.finished:
            _take_step(run, bar)
            if assessed := run.assessment_due:
                run.assess()
                _show(run, data, bar, machine)
            if assessed or time.monotonic() - saved >= machine.save_seconds:
                run.save()
                saved = time.monotonic()
            if assessed and (run.finished or time.monotonic() - drawn >= DRAW_SECONDS):
                draw_losses(run.progress.losses, run.recipe.title, run.folder / "losses.png", run.recipe.unit)
                drawn = time.monotonic()
    run.model.cpu()


def _take_step(run: Run, bar: "tqdm[NoReturn]") -> None:
    started = time.perf_counter()
    run.learn()
    elapsed = time.perf_counter() - started
    run.progress.seconds += elapsed
    bar.set_postfix_str(_figures(run, run.how.rows * run.how.window / elapsed), refresh=False)
    bar.update()


def _show(run: Run, data: Data, bar: "tqdm[NoReturn]", machine: Machine) -> None:
    """Print what the network writes by now, above the bar."""
    last = run.progress.losses[-1]
    if machine.samples:
        bar.write(f"\npass {last['pass']:.2f}, train {last['train']:.4f}, tune {last['tune']:.4f}")
        for line in live_samples(run.model, data.vocabulary, data.texts[0].text[0]):
            bar.write(line)
    if run.stopped_early:
        best = min(run.progress.losses, key=lambda row: row["tune"])
        bar.write(
            f"Stopped early: the tune loss has not improved for {run.how.patience} assessments; "
            f"the weights of pass {best['pass']:.2f} are kept."
        )


def _figures(run: Run, tokens_per_second: float) -> str:
    last = run.progress.losses[-1] if run.progress.losses else {"train": math.nan, "tune": math.nan}
    best = run.progress.best_tune
    losses = f"train {last['train']:.4f} tune {last['tune']:.4f} best {best:.4f} nats/{run.recipe.token}"
    return f"{losses}, {tokens_per_second:,.0f} {run.recipe.token}s/s"
