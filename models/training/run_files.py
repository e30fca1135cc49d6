"""The files of a run: the resume file, which holds its complete state, and the table of losses."""

import csv
import io
import json
import math
import pickle
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from tempera.models.errors import BadRecipe
from tempera.models.formats.checkpoint_files import write_atomically
from tempera.models.formats.old_names import renamed, renamed_json
from tempera.models.formats.write_errors import NotEnoughSpace

RESUME_FILE = "resume.pt"
FINISHED_FILE = "finished.json"  # which weights a finished run has written
LOSSES_FILE = "losses.csv"
FINISH_FOLDER = "finish"  # of the final stage
CHANGED = (
    "belongs to another recipe or text than now: restore them, start anew with --restart, "
    "or give the recipe another `name`"
)
RESUME_BYTES = 4 * 4  # per parameter: weights, best weights and two values of the optimizer, in fp32
WEIGHTS_BYTES = 2 * 2  # per parameter: weights in fp16, and those that they replace
COLUMNS = ("epoch", "train", "validation", "copied", "seconds")  # copied: without samples, none
PRECISION = re.compile(r'"precision":"\w+",')  # part of the signatures of earlier resume files
ADDED_SINCE = re.compile(  # and what they lacked
    r',"(?:layout":"running"|held_out":"end"|start":null|more_files":\[\]|separator":"[\\n]+"|sha256":null|encoder":false)'
)


@dataclass
class Progress:
    """How far a run is; `losses` has the columns of losses.csv."""

    step: int = 0
    seconds: float = 0.0
    best_validation: float = math.inf
    losses: list[dict[str, float]] = field(default_factory=list)
    recent_train_losses: list[float] = field(default_factory=list)  # by step, since the last validation


def read_progress(saved: Mapping[str, Any]) -> Progress:
    """Return the progress in a resume file."""
    progress = renamed(saved)
    return Progress(**progress | {"losses": list(map(renamed, progress["losses"]))})


def write_state(folder: Path, state: Mapping[str, Any]) -> None:
    """Write the resume file atomically."""
    buffer = io.BytesIO()
    torch.save(dict(state), buffer)
    write_atomically(folder / RESUME_FILE, buffer.getvalue())


def read_state(folder: Path, signature: str, device: str) -> dict[str, Any]:
    """Read the resume file; raises BadRecipe if it is damaged or has another signature."""
    path = folder / RESUME_FILE
    try:
        saved = renamed(torch.load(path, map_location=device, weights_only=True))
    except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise BadRecipe(path, f"can't be read ({error}); start anew with --restart") from None
    if _compared(saved["signature"]) != _compared(signature):
        raise BadRecipe(path, CHANGED)
    return saved


def _compared(signature: str) -> str:
    return ADDED_SINCE.sub("", PRECISION.sub("", renamed_json(signature)))


def mark_finished(folder: Path, weights_sha256: str) -> None:
    """Note that a run has ended with these weights."""
    write_atomically(folder / FINISHED_FILE, json.dumps({"weights_sha256": weights_sha256}).encode())


def finished_sha256(folder: Path) -> str | None:
    """Return the checksum of the weights that a run ended with, None while it has not."""
    try:
        return str(json.loads((folder / FINISHED_FILE).read_bytes())["weights_sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remove_run(folder: Path) -> None:
    """Remove what a run has written, but not its recipe."""
    for place in (folder / FINISH_FOLDER, folder):
        for name in (RESUME_FILE, LOSSES_FILE, FINISHED_FILE, "losses.png"):
            (place / name).unlink(missing_ok=True)


def write_losses(folder: Path, losses: list[dict[str, float]]) -> None:
    """Write losses.csv atomically."""
    table = io.StringIO(newline="")
    rows = csv.DictWriter(table, COLUMNS)
    rows.writeheader()
    rows.writerows(losses)
    write_atomically(folder / LOSSES_FILE, table.getvalue().encode())


def require_space(parameters: int, run: Path, checkpoint: Path, stages: int) -> None:
    """Raise NotEnoughSpace if a disk can't hold what a training of so many parameters writes; both folders exist.

    Each stage has a resume file, and one more is written before it replaces the one before.
    """
    written = sum(file.stat().st_size for file in run.rglob(RESUME_FILE))
    resume, weights = max(0, (stages + 1) * RESUME_BYTES * parameters - written), WEIGHTS_BYTES * parameters
    if run.stat().st_dev == checkpoint.stat().st_dev:
        _require(run, resume + weights)
    else:
        _require(run, resume)
        _require(checkpoint, weights)


def _require(folder: Path, needed_bytes: int) -> None:
    disk = shutil.disk_usage(folder)
    if disk.total and disk.free < needed_bytes:  # some network file systems don't tell: 0
        raise NotEnoughSpace(folder, needed_bytes, disk.free)
