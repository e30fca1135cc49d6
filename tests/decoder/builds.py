"""Kernels compiled as the project compiles it, with whatever compiler is at hand."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "models" / "decoder" / "kernel" / "kernel.c"
(EXTENSION,) = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["ext-modules"]
FLAGS: list[str] = EXTENSION["extra-compile-args"]


def compiled(compiler: str, folder: Path, *options: str, source: Path = SOURCE) -> Path:
    """Compile a library, options after the project's own; skips where the compiler is missing."""
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    target = folder / f"{compiler}{''.join(options)}.so".replace("/", "-")
    command = [
        compiler,
        *FLAGS,
        *options,
        "-Wall",
        "-Wextra",
        "-Werror",
        "-fPIC",
        "-shared",
        str(source),
        "-o",
        str(target),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return target
