"""Training texts: reading, splitting, and cutting into parallel streams."""

import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from models.errors import BadRecipe

TRAIN_SHARE = 0.9  # the rest of a text is read by `evaluate` alone
TUNE_SHARE = 0.05  # of the training part, its end: stopping, selecting and calibrating
MIN_CHARACTERS = 1000


@dataclass(frozen=True)
class Text:
    """One text file in NFC."""

    path: Path
    text: str
    sha256: str

    def split(self, name: str) -> str:
        """Return a part: `train` (all of the first 90 %), `fit` and `tune` (its parts), `val`, or `all`."""
        train = int(TRAIN_SHARE * len(self.text))
        fit = int((1 - TUNE_SHARE) * train)
        parts = {
            "train": (0, train),
            "fit": (0, fit),
            "tune": (fit, train),
            "val": (train, None),
            "all": (0, None),
        }
        return self.text[slice(*parts[name])]


def read_text(path: Path) -> Text:
    """Read a UTF-8 text; raises BadRecipe when it is missing, not UTF-8, or too short to split."""
    try:
        content = path.read_bytes()
        text = unicodedata.normalize("NFC", content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise BadRecipe(path, f"is not UTF-8: {error.reason} at byte {error.start:,}; save it as UTF-8") from None
    except (OSError, ValueError) as error:
        raise BadRecipe(path, f"can't be read: {error}") from None
    if len(text) < MIN_CHARACTERS:
        raise BadRecipe(path, f"has {len(text):,} characters; it needs at least {MIN_CHARACTERS:,}")
    return Text(path, text, hashlib.sha256(content).hexdigest())


def streams(ids: Tensor, rows: int, offset: int) -> Tensor:
    """Cut ids (characters,) into parallel streams (time, rows), starting `offset` characters in and wrapping."""
    time = len(ids) // rows
    return torch.roll(ids, -offset)[: time * rows].view(rows, time).T.contiguous()
