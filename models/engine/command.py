"""How the decoder's process is started: command line, working directory and environment."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PASSED_ON = {"HOME", "LANG", "PATH", "TEMPERA_KERNEL", "TMPDIR", "TZ", "VIRTUAL_ENV"}
PREFIXES = ("ASAN_", "DYLD_", "GLIBC_", "LC_", "LD_", "MALLOC_", "NPY_", "OPENBLAS_", "PYTHON", "UBSAN_")


def decoder_command(*arguments: str, python: str = sys.executable) -> tuple[str, ...]:
    """Return the command that runs the decoder with these arguments."""
    return python, "-m", "tempera.models.decoder", *arguments


def decoder_environment() -> dict[str, str]:
    """Return what the decoder needs of this process's environment, which holds the bot's token and more."""
    return {name: value for name, value in os.environ.items() if name in PASSED_ON or name.startswith(PREFIXES)}
