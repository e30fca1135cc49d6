"""What glibc does with freed memory once `python -m models` runs."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

FAULTS = """
import resource, sys
import torch
from models.__main__ import main

sys.argv = ["models", "--checkpoints", sys.argv[1], "list"]
main()
def page_faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        torch.ones(2**24)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
page_faults()
print(page_faults())
"""
PAGES = 10 * 4 * 2**24 // 2**16  # of the largest size that a processor may have


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep memory by rules of their own")
def test_freed_memory_is_used_again(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FAULTS, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert int(said.splitlines()[-1]) < PAGES / 10
