"""What can go wrong with networks, prompts and the decoder; every error carries its data.

ModelsError
|-- UnknownModel      no checkpoint of that name
|-- UnknownLanguage   the model does not speak it
|-- BadCheckpoint     a file that is corrupt, truncated, mismatching or too large
|-- BadRecipe         a training recipe or its text can't be used
|-- DeviceMissing     torch finds no such device
|-- Bf16Missing       bf16 is insisted on where torch can't train in it
|-- WorkerEnded       a process that shares a run's work is gone
|-- NothingToScore  a text to evaluate holds no two characters or words that the model knows
|-- MissingExtra      a package is missing that only some commands need
|-- PromptEmpty       no character or word of the prompt is in the model's vocabulary
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
class UnknownLanguage(ModelsError):
    """The model does not speak this language."""

    model: str
    language: str
    spoken: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.model} does not speak {self.language!r}; it speaks: {', '.join(self.spoken)}"


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
class DeviceMissing(ModelsError):
    """There is no such device, or torch was built without it."""

    device: str

    def __str__(self) -> str:
        return f"torch finds no {self.device} device here; leave --device out"


@dataclass
class Bf16Missing(ModelsError):
    """Torch has no bf16 kernel of this cell for the processor."""

    cell: str

    def __str__(self) -> str:
        return f"torch can't train {self.cell.upper()}s in bf16 on this processor; leave --precision out or take fp32"


@dataclass
class WorkerEnded(ModelsError):
    """A process that shares a training run's work has ended."""

    def __str__(self) -> str:
        return "a worker process has ended, perhaps for lack of memory; go on with --resume, or with --workers 1"


@dataclass
class NothingToScore(ModelsError):
    """A text to evaluate holds no two tokens of the vocabulary."""

    characters: int

    def __str__(self) -> str:
        return (
            f"of what stands in the text's {self.characters:,} characters the model knows fewer than two; "
            "choose another text or split"
        )


@dataclass
class MissingExtra(ModelsError):
    """An optional dependency is not installed."""

    extra: str  # its name in pyproject.toml

    def __str__(self) -> str:
        return f"this needs more packages: pip install -e '.[{self.extra}]'"


@dataclass
class InvalidSamplingParam(ModelsError):
    """A sampling parameter has a value of another type, or out of its bounds (None: a text, which has none)."""

    name: str
    value: object
    minimum: float | None
    maximum: float | None

    def __str__(self) -> str:
        allowed = "a text" if self.minimum is None else f"{self.minimum} to {self.maximum}"
        return f"{self.name} is {self.value!r}; use {allowed}"


@dataclass
class PromptEmpty(ModelsError):
    """Nothing of the prompt is left in the model's vocabulary."""

    model: str
    dropped: tuple[str, ...]
    unit: str = "character"

    def __str__(self) -> str:
        dropped = ("" if self.unit == "character" else " ").join(filter(str.isprintable, self.dropped))
        return f"{self.model} knows none of the prompt's visible {self.unit}s{f': {dropped}' if dropped else ''}"


@dataclass
class EngineBusy(ModelsError):
    """The queue is full; `queue_position` is the one this request would have had, counted from 1."""

    queue_position: int
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
