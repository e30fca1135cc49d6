"""The files of a run: the resume file, which holds its complete state, and the table of losses."""

import csv
import io
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
LOSSES_FILE = "losses.csv"
COLUMNS = ("epoch", "train", "validation", "seconds")
PRECISION = re.compile(r'"precision":"\w+",')  # part of the signatures of earlier resume files


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
        raise BadRecipe(path, f"can't be read ({error}); delete it to start again") from None
    if PRECISION.sub("", renamed_json(saved["signature"])) != renamed_json(signature):
        raise BadRecipe(path, "belongs to another recipe or text; restore them, or delete the folder to start again")
    return saved


def write_losses(folder: Path, losses: list[dict[str, float]]) -> None:
    """Write losses.csv atomically."""
    table = io.StringIO(newline="")
    rows = csv.DictWriter(table, COLUMNS)
    rows.writeheader()
    rows.writerows(losses)
    write_atomically(folder / LOSSES_FILE, table.getvalue().encode())
