"""The files of a run: the resume file, which holds its complete state, and the table of losses."""

import csv
import io
import json
import math
import pickle
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from tempera.models.errors import BadRecipe
from tempera.models.formats.checkpoint_files import write_atomically
from tempera.models.formats.old_names import renamed, renamed_json

RESUME_FILE = "resume.pt"
FINISHED_FILE = "finished.json"  # which weights a finished run has written
LOSSES_FILE = "losses.csv"
FINISH_FOLDER = "finish"  # of the final stage
CHANGED = (
    "belongs to another recipe or text than now: restore them, start anew with --restart, "
    "or give the recipe another `name`"
)
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
    folder.mkdir(parents=True, exist_ok=True)
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
