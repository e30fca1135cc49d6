"""What no decoder can exceed: to read each int8 weight once for a step, and to multiply by it once for each text."""

import ctypes
import os
import subprocess
import sysconfig
import tempfile
import tomllib
from ctypes import c_double, c_int32, c_int64, c_void_p
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.writing import TURN_SECONDS
from tempera.models.decoder.implementations.kernel import VARIANTS
from tempera.models.decoder.implementations.panels import aligned
from tempera.models.formats.card import Architecture

ROOT = Path(__file__).parents[1]
SOURCE = Path(__file__).with_suffix(".c")


class NoCeilings(Exception):
    """There are none to measure; says why."""


def weight_bytes(shape: Architecture, vocabulary_size: int) -> int:
    """Return the int8 weights that a step needs; what the first layer gets from below comes from a table."""
    matrices = 2 * shape.layers - 1
    return shape.hidden_size * (matrices * shape.gates * shape.hidden_size + vocabulary_size)


def kernel_flags() -> list[str]:
    """Return what the kernel is compiled with."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (module,) = project["tool"]["setuptools"]["ext-modules"]
    return list(module["extra-compile-args"])


def compilers() -> list[str]:
    """Return the commands to try: what the environment names, what compiled Python, and the usual name."""
    named = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    return [named.split()[0], "cc"]


def compiled(target: Path) -> Path:
    """Compile the loops that measure; raises NoCeilings."""
    for compiler in compilers():
        command = [compiler, *kernel_flags(), "-fPIC", "-shared", str(SOURCE), "-o", str(target)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return target
    raise NoCeilings("there is no C compiler here")


@cache
def library() -> ctypes.CDLL:
    """Compile and load them, once; raises NoCeilings."""
    with tempfile.TemporaryDirectory() as folder:
        return ctypes.CDLL(str(compiled(Path(folder) / "ceilings.so")))


class Ceilings:
    """Both ceilings of a variant: its widest loads, and its fastest products."""

    def __init__(self, variant: str) -> None:
        """Raises NoCeilings."""
        if variant not in VARIANTS:
            raise NoCeilings("it is not the kernel that decodes here")
        self._variant = VARIANTS.index(variant)
        self._read, self._multiply = library().bytes_per_second, library().products_per_second
        self._read.argtypes = [c_void_p, c_int64, c_int32, c_int32, c_double]
        self._multiply.argtypes = [c_int32, c_double]
        self._read.restype = self._multiply.restype = c_double

    def bytes_per_second(self, size_bytes: int) -> float:
        """Read a buffer of this size again and again, as the kernel fetches and without; return the faster."""
        buffer = aligned((size_bytes,), np.uint8)
        buffer[:] = 1  # its pages are there
        speeds = [self._read(buffer.ctypes.data, size_bytes, self._variant, ahead, TURN_SECONDS) for ahead in (0, 1)]
        return float(max(speeds))

    def products_per_second(self) -> float:
        """Multiply what is in the first-level cache."""
        return float(self._multiply(self._variant, TURN_SECONDS))
