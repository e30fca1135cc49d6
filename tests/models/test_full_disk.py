"""A disk that is full ends a training with one line, and costs nothing that was written before."""

import re
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from tempera.models.formats.checkpoint_files import write_atomically
from tempera.models.formats.write_errors import NotEnoughSpace, NotWritten
from tempera.models.training.run_files import require_space
from tests.models.processes import ROOT, command, run
from tests.models.toys import RECIPE, losses, write_recipe
from tests.patience import wait_for


@contextmanager
def largest_file(limit_bytes: int) -> Iterator[None]:
    """Let this process write files up to a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def limit_files(limit_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))


def arguments(recipe: Path, runs: Path) -> tuple[str | Path, ...]:
    return ("--checkpoints", recipe.parent / "checkpoints", "train", recipe, "--runs", runs, "--no-samples")


def train(recipe: Path, *more: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    return run(*arguments(recipe, recipe.parent / "runs"), *more, **options)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB, where the system lets us make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=False, capture_output=True)
    if made.returncode:
        pytest.skip(f"no disk can be mounted: {made.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_file_that_does_not_fit_leaves_the_one_before_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    write_atomically(path, b"before")
    with largest_file(1000), pytest.raises(NotWritten) as refused:
        write_atomically(path, b"x" * 2345)
    assert str(refused.value) == (
        f"{path}: 2,345 bytes can't be written: File too large; allow larger files (ulimit -f), "
        "then run the command again (a training goes on with --resume)"
    )
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_told_as_well(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotWritten, match=r"file/losses\.csv: 1 bytes can't be written: (Not a directory|File exists)"):
        write_atomically(tmp_path / "file" / "losses.csv", b"x")


def test_a_write_that_breaks_off_leaves_no_part_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_atomically(tmp_path / "model.json", "no bytes")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_a_training_too_large_for_the_disk_is_refused_at_the_start(tmp_path: Path) -> None:
    run_folder, checkpoint = tmp_path / "runs", tmp_path / "checkpoint"
    for folder in (run_folder, checkpoint):
        folder.mkdir()
    require_space(1, run_folder, checkpoint, stages=2)
    with pytest.raises(
        NotEnoughSpace, match=r"runs: .* 36,000,000,000\.0 MB here, and .* MB are free; free some"
    ) as refused:
        require_space(10**15, run_folder, checkpoint, stages=1)
    with pytest.raises(NotEnoughSpace) as longer:
        require_space(10**15, run_folder, checkpoint, stages=2)
    assert longer.value.needed_bytes - refused.value.needed_bytes == 16 * 10**15


def test_what_a_run_has_written_needs_no_space_again(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    parameters = free // 20  # 16 bytes each fit once
    with pytest.raises(NotEnoughSpace):
        require_space(parameters, tmp_path, tmp_path, stages=1)
    with (tmp_path / "resume.pt").open("wb") as file:
        file.truncate(20 * parameters)  # which takes no room
    require_space(parameters, tmp_path, tmp_path, stages=1)


@pytest.mark.slow
def test_a_training_that_may_write_no_more_says_what_to_do_and_goes_on_later(recipe: Path) -> None:
    stopped = train(recipe, preexec_fn=partial(limit_files, 20_000))
    assert stopped.returncode == 2
    last = stopped.stderr.splitlines()[-1]
    assert re.fullmatch(r"models: .*/resume\.pt: [\d,]+ bytes can't be written: File too large; .* --resume\)", last), (
        last
    )
    assert "Traceback" not in stopped.stderr
    assert not list(recipe.parent.rglob("*.partial"))
    done = train(recipe, "--resume")
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == len(losses(recipe)) - 1


@pytest.mark.slow
def test_a_disk_that_fills_up_during_a_training_costs_no_saved_step(recipe: Path, small_disk: Path) -> None:
    write_recipe(recipe.parent, RECIPE | {"optimization": RECIPE["optimization"] | {"epochs": 40}})
    resume_file, filler = small_disk / "toy" / "resume.pt", small_disk / "filler"
    typed = command(*arguments(recipe, small_disk), "--save-seconds", "0")
    with (
        (recipe.parent / "said").open("w") as stderr,
        subprocess.Popen(typed, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=stderr) as process,
    ):
        wait_for(process, resume_file.exists, recipe.parent / "said")
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
    said = (recipe.parent / "said").read_text()
    assert process.returncode == 2, said
    assert re.search(
        r"(resume\.pt|losses\.\w+): [\d,]+ bytes can't be written: No space left on device; free some", said
    )
    assert "Traceback" not in said
    assert not list(small_disk.rglob("*.partial"))
    step = torch.load(resume_file, weights_only=True)["progress"]["step"]
    assert step > 0, "the file before it is whole"
    filler.unlink()
    assert run(*arguments(recipe, small_disk), "--resume").returncode == 0


@pytest.mark.slow
def test_a_disk_that_is_too_small_is_told_before_the_first_step(recipe: Path, small_disk: Path) -> None:
    larger = RECIPE["model"] | {"hidden_size": 256}
    write_recipe(recipe.parent, RECIPE | {"model": larger})
    refused = run(*arguments(recipe, small_disk))
    assert refused.returncode == 2
    assert re.fullmatch(
        r"models: .*: a training writes up to [\d.]+ MB here, and [\d.]+ MB are free; .*\n", refused.stderr
    )
    assert not list(small_disk.rglob("*.pt"))
