"""What glibc does with memory that a training run frees, and that other systems are left alone."""

import ctypes
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tempera.models.memory import give_back_freed, keep_freed, share_freed
from tests.models.toys import RECIPE, toy_text, write_recipe

SCRIPT = """
import resource, sys
from pathlib import Path
import torch
from tests.models.training import trained

def page_faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        torch.ones(2**25)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

trained(Path(sys.argv[1]))
page_faults()
print(page_faults())
"""
FEW = 100  # anew, ten times 128 MiB take 640 at least, in pages of 2 MiB


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep memory by rules of their own")
def test_a_training_run_uses_freed_memory_again(tmp_path: Path) -> None:
    (tmp_path / "toy.txt").write_text(toy_text(2000), encoding="utf-8")
    recipe = write_recipe(tmp_path, RECIPE | {"optimization": {**RECIPE["optimization"], "epochs": 0.5}})
    command = [sys.executable, "-c", SCRIPT, str(recipe)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout.splitlines()[-1]) < FEW


def change_memory() -> None:
    for change in (keep_freed, share_freed, give_back_freed):
        change()


def test_on_macos_the_c_library_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(ctypes, "CDLL", lambda _: pytest.fail("what is called so there may do something else"))
    change_memory()


def test_nothing_happens_where_the_c_library_has_no_such_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    change_memory()
