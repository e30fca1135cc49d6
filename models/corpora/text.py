"""Read training texts: a file, several files, or a folder of them as one text."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from tempera.models.corpora.splits import SplitRule, is_list, split_text
from tempera.models.errors import BadRecipe

MIN_CHARACTERS = 1000  # to train on
HINT = "save it as plain text in UTF-8"
DOCUMENT_SEPARATOR = "\n\n\n"
PATTERN = "*.txt"  # of the documents in a folder
_LINE_END = re.compile(r"\r\n?")  # Windows and classic Mac OS


@dataclass(frozen=True)
class Text:
    """The NFC-normalized content of a text file, or of several; `rule` says which parts of it are held out."""

    path: Path
    text: str
    sha256: str
    rule: SplitRule = "end"

    def split(self, name: str) -> str:
        """Return a part of the text, see tempera.models.corpora.splits."""
        return split_text(self.text, name, self.rule)

    def by_rule(self, rule: SplitRule) -> Self:
        """Return the same text with other parts held out."""
        return replace(self, rule=rule)

    @property
    def fair_rule(self) -> SplitRule:
        """The rule that holds out parts from everywhere: lines of a list, blocks of any other text."""
        return "lines" if is_list(self.text) else "blocks"


def read_text(path: Path) -> Text:
    """Read a UTF-8 text with any line endings; raises BadRecipe if it is missing or not text."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadRecipe(path, f"can't be read: {error.strerror}") from None
    except ValueError as error:  # a NUL in the path
        raise BadRecipe(path, f"can't be read: {error}") from None
    return decoded(path, content)


def decoded(path: Path, content: bytes) -> Text:
    """Return the text that a file, or a stream of that name, holds; raises BadRecipe if it is not text."""
    try:
        text = unicodedata.normalize("NFC", _LINE_END.sub("\n", content.decode("utf-8").removeprefix("\ufeff")))
    except UnicodeDecodeError as error:
        raise BadRecipe(path, f"is not UTF-8: {error.reason} at byte {error.start:,}; {HINT}") from None
    if "\0" in text:
        raise BadRecipe(path, f"contains NUL characters: it is binary or UTF-16; {HINT}")
    return Text(path, text, hashlib.sha256(content).hexdigest())


def read_training_text(paths: Sequence[Path], separator: str = DOCUMENT_SEPARATOR) -> Text:
    """Read documents as one text, with a separator between them; a folder stands for the text files in it.

    Raises BadRecipe if there is nothing to learn from.
    """
    documents = [read_text(path) for path in _documents(paths)]
    text = _joined(paths[0], documents, separator)
    if len(text.text) < MIN_CHARACTERS:
        raise BadRecipe(
            text.path, f"has {len(text.text):,} characters; at least {MIN_CHARACTERS:,} are required to train"
        )
    if not text.text.strip():
        raise BadRecipe(text.path, "contains only white space")
    return text


def _documents(paths: Sequence[Path]) -> list[Path]:
    """Return the files: those of a folder in the order of their names."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob(PATTERN)) if path.is_dir() else [path]
        if not inside:
            raise BadRecipe(path, f"is a folder without text files; their names must end in {PATTERN[1:]}")
        found += inside
    return found


def _joined(path: Path, documents: Sequence[Text], separator: str) -> Text:
    if len(documents) == 1:
        return replace(documents[0], path=path)
    text = separator.join(document.text.strip("\n") for document in documents) + "\n"
    digest = hashlib.sha256("".join(document.sha256 for document in documents).encode())
    return Text(path, text, digest.hexdigest())
