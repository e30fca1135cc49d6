"""The decoder of an earlier version, from this repository's history, in a process of its own."""

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from benchmarks.writing import TURN_SECONDS
from tempera.models.networks.rnn import CharRNN

COMMIT = "49367a6"
ROOT = Path(__file__).parents[1]
WRITER = Path(__file__).with_name("former_writer.py")


class NoHistory(Exception):
    """The earlier version isn't at hand: no git, no repository, or one without its history."""


class Former:
    """The earlier decoder; it waits for its turns."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def characters_per_second(self, streams: int, steps: int) -> float:
        """Let it write for a turn."""
        seconds, times = 0.0, 0
        while seconds < TURN_SECONDS:
            seconds += self._write(streams, steps)
            times += 1
        return times * streams * steps / seconds

    def _write(self, streams: int, steps: int) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(streams, steps, file=self._process.stdin, flush=True)
        return float(self._process.stdout.readline())


def unpack(folder: Path, commit: str = COMMIT, root: Path = ROOT) -> None:
    """Put an earlier version of `models` into a folder; raises NoHistory."""
    command = ["git", "archive", commit, "models", ":(exclude)models/checkpoints"]
    try:
        archive = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        raise NoHistory from None
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")


@contextmanager
def running_former(model: CharRNN) -> Iterator[Former]:
    """Yield the earlier decoder with this network; raises NoHistory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        unpack(folder)
        saved = {
            "architecture": model.architecture.model_dump_json(exclude_defaults=True),
            "vocabulary_size": len(model.output.bias),
        }
        torch.save(saved | {"weights": model.state_dict()}, folder / "network.pt")
        command = [sys.executable, "-P", str(WRITER), str(folder / "network.pt")]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (name, os.environ.get("PYTHONPATH"))))}
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=folder, env=environment, text=True, stdin=pipe, stdout=pipe) as process:
            try:
                yield Former(process)
            finally:
                assert process.stdin is not None
                process.stdin.close()
