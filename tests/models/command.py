"""`python -m models` in this process, spared the second that importing torch takes."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tempera.models.cli.main import main


def run_models(checkpoints: Path, *arguments: str) -> CompletedProcess[str]:
    """Run one command as a person types it, and return what it said and its exit code."""
    command = ["models", "--checkpoints", str(checkpoints), *arguments]
    with (
        redirect_stdout(io.StringIO()) as stdout,
        redirect_stderr(io.StringIO()) as stderr,
        pytest.MonkeyPatch.context() as process,
    ):
        process.setattr(sys, "argv", command)
        code = main()
    if "No module named 'torch'" in stderr.getvalue():
        raise ModuleNotFoundError(stderr.getvalue())
    return CompletedProcess(command, code, stdout.getvalue(), stderr.getvalue())
