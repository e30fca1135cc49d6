"""Training texts: reading, splitting, and cutting into parallel streams."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from tempera.models.errors import BadRecipe
from tempera.models.formats.splits import split_slice

MIN_CHARACTERS = 1000
HINT = "save it as plain text in UTF-8"
_LINE_END = re.compile(r"\r\n?")  # Windows and classic Mac OS


@dataclass(frozen=True)
class Text:
    """The NFC-normalized content of a text file."""

    path: Path
    text: str
    sha256: str

    def split(self, name: str) -> str:
        """Return a part of the text, see tempera.models.formats.splits."""
        return self.text[split_slice(name, len(self.text))]


def read_text(path: Path) -> Text:
    """Read a UTF-8 text with any line endings; raises BadRecipe if it is missing, not text, or too short."""
    try:
        content = path.read_bytes()
        text = unicodedata.normalize("NFC", _LINE_END.sub("\n", content.decode("utf-8").removeprefix("\ufeff")))
    except UnicodeDecodeError as error:
        raise BadRecipe(path, f"is not UTF-8: {error.reason} at byte {error.start:,}; {HINT}") from None
    except OSError as error:
        raise BadRecipe(path, f"can't be read: {error.strerror}") from None
    except ValueError as error:  # a NUL in the path
        raise BadRecipe(path, f"can't be read: {error}") from None
    if "\0" in text:
        raise BadRecipe(path, f"contains NUL characters: it is binary or UTF-16; {HINT}")
    if len(text) < MIN_CHARACTERS:
        raise BadRecipe(path, f"has {len(text):,} characters; at least {MIN_CHARACTERS:,} are required")
    if not text.strip():
        raise BadRecipe(path, "contains only white space")
    return Text(path, text, hashlib.sha256(content).hexdigest())


def allocate_rows(texts: Sequence[Tensor], rows: int) -> list[int]:
    """Distribute batch rows among texts in proportion to their length, at least one each."""
    total = sum(map(len, texts))
    counts = [max(1, rows * len(text) // total) for text in texts]
    for _ in range(rows - sum(counts)):
        most_underserved = max(range(len(texts)), key=lambda index: len(texts[index]) / counts[index])
        counts[most_underserved] += 1
    return counts


def parallel_streams(texts: Sequence[Tensor], counts: Sequence[int], offset_fraction: float, time: Tensor) -> Tensor:
    """Cut texts (characters,) into parallel streams and return the ids at the given times: (time, rows).

    Streams wrap around; the first one of each text starts at `offset_fraction` of its length.
    """
    columns = [
        text[(time + int(offset_fraction * len(text)) + row * len(text) // rows) % len(text)]
        for text, rows in zip(texts, counts, strict=True)
        for row in range(rows)
    ]
    return torch.stack(columns, dim=1)
