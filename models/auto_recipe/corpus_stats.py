"""What the choices for a text depend on: the text, and what was asked for."""

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tempera.models.auto_recipe.wishes import Wishes
from tempera.models.corpora.layouts import clean_records
from tempera.models.corpora.splits import SplitRule
from tempera.models.corpora.text import DOCUMENT_SEPARATOR, Text, read_training_text
from tempera.models.errors import BadRecipe
from tempera.models.formats.card import NAME_PATTERN, ModelCard, read_card
from tempera.models.formats.file_names import shown_name
from tempera.models.formats.layouts import Layout


@dataclass(frozen=True)
class CorpusStats:
    """A text: its size, what is held out of it, and the model's name."""

    paths: tuple[Path, ...]
    sha256: str
    name: str
    title: str
    language: str
    characters: int
    train_characters: int
    train_records: int  # lines, or pairs
    alphabet_size: int
    held_out: SplitRule = "blocks"
    separator: str = DOCUMENT_SEPARATOR
    wishes: Wishes = field(default_factory=Wishes)
    start: ModelCard | None = None

    @property
    def layout(self) -> Layout:
        """How the text is laid out."""
        return self.wishes.layout

    @property
    def path(self) -> Path:
        """The first file or folder, which the model is named after."""
        return self.paths[0]


def corpus_stats(paths: Sequence[Path], name: str, language: str, separator: str, wishes: Wishes) -> CorpusStats:
    """Return the properties of a text that choices depend on; raises BadRecipe if it is unusable."""
    text = read_training_text(paths, separator)
    text = text.by_rule(text.fair_rule) if wishes.layout == "running" else _records(text, wishes.layout)
    learned = text.split("train")
    return CorpusStats(
        separator=separator,
        wishes=wishes,
        start=read_card(wishes.start) if wishes.start else None,
        paths=tuple(Path(os.path.abspath(path)) for path in paths),  # noqa: PTH100 - keeps links as they are
        sha256=text.sha256,
        name=name,
        title=re.sub(r"[\s_-]+", " ", shown_name(paths[0].stem)).strip().capitalize()[:80] or name,
        language=language,
        held_out=text.rule,
        characters=len(text.text),
        train_characters=len(learned),
        train_records=learned.count("\n"),
        alphabet_size=len(set(text.text)),
    )


def _records(text: Text, layout: Layout) -> Text:
    return clean_records(text, paired=layout == "pairs")


def looks_like_records(stats: CorpusStats) -> bool:
    """Return whether a running text is a list, whose lines could be records."""
    return stats.layout == "running" and stats.held_out == "lines"


def model_name(given: str | None, path: Path) -> str:
    """Return the name that was given, or one made from a file name; raises BadRecipe if it is none."""
    name = _slug(path) if given is None else given
    if not re.fullmatch(NAME_PATTERN, name):
        problem = f"{name!r} is not a valid model name" if name else "can't derive a model name from the file name"
        raise BadRecipe(path, f"{problem}; set one with --name, using a-z, 0-9 and -")
    return name


def _slug(path: Path) -> str:
    """Return a model name made from a file name, possibly empty."""
    letters = unicodedata.normalize("NFKD", shown_name(path.stem)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:32].rstrip("-")
