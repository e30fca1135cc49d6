"""`python -m models` as a process of its own, with any output."""

import os
import pty
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ASCII_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
ENCODINGS = [{"PYTHONIOENCODING": "cp1252"}, {"PYTHONIOENCODING": "ascii:strict"}, ASCII_LOCALE]


def environment(changes: dict[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a person whose Python prints as usual."""
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return usual | {"PYTHONUTF8": "1"} | (changes or {})


def command(*arguments: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "models", *arguments]


def run(
    *arguments: str | Path, env: dict[str, str] | None = None, **options: Any
) -> "subprocess.CompletedProcess[str]":
    """Run a command and return what it said and its exit code."""
    places = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    encoding = (env or {}).get("PYTHONIOENCODING", "utf-8").split(":")[0]
    return subprocess.run(
        command(*arguments), check=False, cwd=ROOT, encoding=encoding, env=environment(env), timeout=300, **places
    )


def run_in_terminal(*arguments: str | Path) -> tuple[int, str]:
    """Run a command in a terminal; return its code and all that reached the terminal."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, 200))
    with subprocess.Popen(
        command(*arguments), cwd=ROOT, env=environment(), stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
        os.close(ours)
    return process.returncode, shown.decode().replace("\r\n", "\n")  # which is how terminals end lines


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # the process has ended
        return b""
