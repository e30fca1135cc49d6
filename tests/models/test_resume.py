"""A run that breaks off, is shared by processes, or stops by itself."""

import asyncio
import os
import random
import shlex
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from tempera.models.errors import BadRecipe, DeviceMissing, WorkerEnded
from tempera.models.formats.card import read_card
from tempera.models.training.dataset import Dataset
from tempera.models.training.recipe import read_recipe
from tempera.models.training.train import RunOptions
from tempera.models.training.trainer import Trainer
from tests.models.toys import RECIPE, WORDS, losses, write_recipe
from tests.models.training import trained
from tests.patience import until, wait_for

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def models_command(recipe: Path, *arguments: str) -> list[str]:
    folder = recipe.parent
    places = ["--checkpoints", str(folder / "checkpoints")]
    train = ["train", str(recipe), "--runs", str(folder / "runs")]
    return [sys.executable, "-m", "models", *places, *train, *arguments]


def heed_interrupts() -> None:
    """A shell's background jobs, and their children, would ignore them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def written_ns(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def written_since(path: Path, before_ns: int) -> bool:
    return written_ns(path) != before_ns


def run_of(recipe: Path, **options: Any) -> Trainer:
    strict = read_recipe(recipe)
    data = Dataset(strict, recipe)
    return Trainer(
        strict, data, strict.optimization, data.ids("train"), data.ids("validation"), recipe.parent, **options
    )


def test_a_run_killed_at_random_moments_goes_on_to_the_losses_of_an_unbroken_one(recipe: Path, tmp_path: Path) -> None:
    trained(recipe)
    unbroken = losses(recipe)
    (tmp_path / "runs").rename(tmp_path / "first")
    resume_file = tmp_path / "runs" / "toy" / "resume.pt"
    said, steps = tmp_path / "said", [0]
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    print("killed at moments of seed", seed)
    for end in (signal.SIGINT, signal.SIGKILL):
        again = models_command(recipe, "--resume", "--save-seconds", "0", "--no-samples")
        with (
            said.open("w") as stderr,
            subprocess.Popen(
                again, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=stderr, preexec_fn=heed_interrupts
            ) as run,
        ):
            for _ in range(moments.randint(1, 4)):  # seldom where a score was taken
                wait_for(run, partial(written_since, resume_file, written_ns(resume_file)), said)
            os.kill(run.pid, end)
        if end == signal.SIGINT:
            typed = shlex.join(argument for argument in again[3:] if argument != "--resume")
            last_line = said.read_text().splitlines()[-1]
            assert last_line == f"Interrupted; resume with: python -m models {typed} --resume"
        steps.append(torch.load(resume_file, weights_only=True)["progress"]["step"])
    assert steps == sorted(set(steps)), "each time it went on from where it was"
    with pytest.raises(BadRecipe, match="continue it with --resume"):
        trained(recipe)
    trained(recipe, resume=True)
    assert losses(recipe) == unbroken


def test_a_killed_run_takes_its_workers_with_it(recipe: Path, tmp_path: Path) -> None:
    command = models_command(recipe, "--workers", "2", "--save-seconds", "0")
    said = tmp_path / "said"
    with (
        said.open("w") as stderr,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=stderr) as run,
    ):
        wait_for(run, lambda: written_ns(tmp_path / "runs" / "toy" / "resume.pt"), said)
        children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
        os.kill(run.pid, signal.SIGKILL)
    assert children
    asyncio.run(until(lambda: not any(Path(f"/proc/{child}").exists() for child in children)))


def test_several_processes_learn_what_one_learns(recipe: Path) -> None:
    alone, shared = run_of(recipe), run_of(recipe, workers=2)
    with shared.workers:
        for _ in range(30):
            assert shared.train_step() == pytest.approx(alone.train_step(), rel=1e-5)
        for ours, theirs in zip(alone.model.parameters(), shared.model.parameters(), strict=True):
            torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-3)
        torch.testing.assert_close(alone.state, shared.state, atol=1e-3, rtol=1e-3)
        for process in shared.workers.processes:
            process.kill()
        with pytest.raises(WorkerEnded, match="--resume"):
            shared.train_step()


def test_rows_that_workers_cannot_share_evenly_are_refused(recipe: Path) -> None:
    with pytest.raises(BadRecipe, match="batch_size 8 is not divisible by 3 workers"):
        trained(recipe, options=RunOptions(workers=3))


def test_a_device_that_is_not_there_is_named(recipe: Path) -> None:
    with pytest.raises(DeviceMissing, match="no cuda device"):
        trained(recipe, options=RunOptions(device="cuda"))
    assert not (recipe.parent / "runs").exists()


def test_live_samples_are_shown_and_change_nothing(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trained(recipe)
    quiet = losses(recipe)
    assert "T 0.8" not in capsys.readouterr().out
    (tmp_path / "runs").rename(tmp_path / "first")
    trained(recipe, options=RunOptions(samples=True))
    assert losses(recipe) == quiet
    shown = capsys.readouterr().out
    assert all(shown.count(f"T {temperature} ") == len(quiet) - 1 for temperature in (0.3, 0.8, 1.2))
    last = shown.splitlines()[-2].removeprefix("  T 0.8  ").replace("/", " ").split()
    known = [word for word in last if word.rstrip(",.") in WORDS]
    assert len(known) > len(last) / 2, "by the end of the run it writes the text's words"


def test_a_run_that_no_longer_improves_stops_and_keeps_the_best(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hasty = RECIPE["optimization"] | {"epochs": 60, "patience": 2, "recurrent_learning_rate": 0.1}
    write_recipe(tmp_path, RECIPE | {"optimization": hasty})
    card = read_card(trained(recipe))
    assert card.training is not None
    assert card.training.stopped_early
    assert card.training.epochs < 60
    validation = [float(row.split(",")[2]) for row in losses(recipe)[1:]]
    assert validation.index(min(validation)) == len(validation) - 3
    assert "Stopped early" in capsys.readouterr().out
    stopped = losses(recipe)
    trained(recipe, resume=True)
    assert losses(recipe) == stopped, "a run that has stopped stays so"
    run = run_of(recipe)
    run.folder = tmp_path / "runs" / "toy"
    run.resume()
    run.model.load_state_dict(run.best)
    assert run._validation_loss() == pytest.approx(min(validation), abs=1e-6)
