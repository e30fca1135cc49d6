"""Find checkpoints by name and read their cards, without torch."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tempera.models.errors import BadCheckpoint, PromptEmpty, UnknownModel
from tempera.models.formats.card import NAME_PATTERN, ModelCard, read_card
from tempera.models.formats.checkpoint_files import CARD_FILE
from tempera.models.formats.layouts import Layout
from tempera.models.tokenizers.characters import FittedText


class Library:
    """The checkpoints in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cards: dict[str, tuple[int, ModelCard]] = {}  # by name: modification time and content of model.json

    def names(self) -> tuple[str, ...]:
        """Return the names of all subfolders with a model card, sorted."""
        found = (path.parent.name for path in self.folder.glob(f"*/{CARD_FILE}"))
        return tuple(sorted(name for name in found if re.match(NAME_PATTERN, name)))

    def path(self, name: str) -> Path:
        """Return a checkpoint's folder by name; raises UnknownModel."""
        if name not in (names := self.names()):
            raise UnknownModel(name, names)
        return self.folder / name

    def find(self, name_or_path: str) -> Path:
        """Return a checkpoint's folder by path or name; raises UnknownModel."""
        path = Path(name_or_path)
        return path if (path / CARD_FILE).exists() else self.path(name_or_path)

    def card(self, name: str) -> ModelCard:
        """Return a model's card, cached until the file changes; raises UnknownModel, BadCheckpoint."""
        if name not in self._cards or not self._is_current(name):
            folder = self.path(name)
            self._cards[name] = (folder / CARD_FILE).stat().st_mtime_ns, read_card(folder)
        return self._cards[name][1]

    def _is_current(self, name: str) -> bool:
        """Return whether the card that is cached is still the one in the folder."""
        try:
            return (self.folder / name / CARD_FILE).stat().st_mtime_ns == self._cards[name][0]
        except OSError:
            return False

    def default_temperature(self, name: str) -> float | None:
        """Return the default temperature in a model's card; None without one, or without a card that can be read."""
        with suppress(UnknownModel, BadCheckpoint):
            return self.card(name).default_temperature
        return None

    def layout(self, name: str) -> Layout:
        """Return what a model was trained on, see its card; running text without a card that can be read."""
        with suppress(UnknownModel, BadCheckpoint):
            return self.card(name).layout
        return "running"

    def fit_prompt(self, name: str, prompt: str) -> FittedText:
        """Return the prompt fitted to the model's vocabulary.

        Raises UnknownModel, BadCheckpoint, or PromptEmpty with the names of the models that know its letters.
        """
        try:
            return self.card(name).fit_prompt(prompt)
        except PromptEmpty as error:
            error.known_by = tuple(self._knowing(prompt))
            raise

    def _knowing(self, prompt: str) -> Iterator[str]:
        for name in self.names():
            with suppress(BadCheckpoint, PromptEmpty):
                card = self.card(name)
                if card.layout != "pairs" and not card.fit_prompt(prompt).dropped:
                    yield name
