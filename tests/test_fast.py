"""A test that isn't marked slow can't start a process or train unnoticed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TESTS = """
import asyncio, contextlib, os, subprocess, sys
import pytest, torch

RUN = [sys.executable, "-c", ""]

@pytest.fixture
def engine():
    subprocess.run(RUN, check=True)

@pytest.fixture(scope="module")
def starting_unsaid():
    subprocess.run(RUN, check=True)

def train(steps):
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight])
    for _ in range(steps):
        weight.grad = torch.ones(1)
        optimizer.step()

def test_bad_run(): subprocess.run(RUN, check=True)
def test_bad_run_that_catches():
    with contextlib.suppress(BaseException): subprocess.run(RUN, check=True)
async def test_bad_async(): await asyncio.create_subprocess_exec(*RUN)
def test_bad_shell(): os.system("true")
def test_bad_fixture(starting_unsaid): pass
def test_bad_training(): train(51)
def test_good_training(): train(50)
def test_good_fixture(engine): pass
def test_good_nothing(): pass
@pytest.mark.slow
def test_good_marked():
    subprocess.run(RUN, check=True)
    train(51)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("marks", "good"), [("slow or not slow", 4), ("not slow", 2)])
def test_what_a_fast_test_may_not_do_fails_it(tmp_path: Path, marks: str, good: int) -> None:
    file = tmp_path / "test_some.py"
    file.write_text(TESTS, encoding="utf-8")
    options = ["-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, "-p", "tests.fast", "-m", marks, "-vv"]
    command = [sys.executable, "-m", "pytest", *map(str, options), str(file)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    outcomes = [line for line in run.stdout.splitlines() if "::" in line and "%]" in line]
    good_ones = [line for line in outcomes if "::test_good" in line and " PASSED" in line]
    bad_ones = [line for line in outcomes if "::test_bad" in line and (" FAILED" in line or " ERROR" in line)]
    assert (len(good_ones), len(bad_ones), len(outcomes)) == (good, 6, good + 6), run.stdout
