"""What can go wrong with networks, prompts and the decoder; every error carries its data.

ModelsError
|-- UnknownModel      no checkpoint of that name
|-- BadCheckpoint     a file that is corrupt, truncated, mismatching or too large
|-- BadRecipe         a training recipe or its text can't be used
|-- NothingToScore  a text to evaluate holds no two characters that the model knows
|-- PromptEmpty       no character of the prompt is in the model's vocabulary
|-- EngineBusy        the queue is full
`-- DecoderFailed     the decoder process died again and again
"""

from dataclasses import dataclass
from pathlib import Path


class ModelsError(Exception):
    """Anything that models refuse or fail at."""


@dataclass
class UnknownModel(ModelsError):
    """No checkpoint has this name."""

    name: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"no model is called {self.name!r}; there are: {', '.join(self.known) or 'none'}"


@dataclass
class BadCheckpoint(ModelsError):
    """A checkpoint file that can't be used, and why."""

    path: Path
    fault: str

    def __str__(self) -> str:
        return f"{self.path}: {self.fault}"


@dataclass
class BadRecipe(ModelsError):
    """A recipe, or a text that it names, that can't be used, and why."""

    path: Path
    fault: str

    def __str__(self) -> str:
        return f"{self.path}: {self.fault}"


@dataclass
class NothingToScore(ModelsError):
    """A text to evaluate holds no two characters of the vocabulary."""

    characters: int

    def __str__(self) -> str:
        return (
            f"of the text's {self.characters:,} characters the model knows fewer than two; choose another text or split"
        )


@dataclass
class PromptEmpty(ModelsError):
    """Nothing of the prompt is left in the model's vocabulary."""

    model: str
    dropped: tuple[str, ...]

    def __str__(self) -> str:
        dropped = "".join(filter(str.isprintable, self.dropped))
        return f"{self.model} knows none of the prompt's visible characters{f': {dropped}' if dropped else ''}"


@dataclass
class EngineBusy(ModelsError):
    """The queue is full; `place` is the one this request would have had, counted from 1."""

    place: int
    limit: int
    expected_wait_seconds: float

    def __str__(self) -> str:
        return f"{self.limit} texts wait already; about {self.expected_wait_seconds:.0f} s until one is taken up"


@dataclass
class DecoderFailed(ModelsError):
    """The decoder process can't go on with this text."""

    reason: str

    def __str__(self) -> str:
        return f"the decoder failed: {self.reason}"
