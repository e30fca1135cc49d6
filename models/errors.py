"""Exceptions of the models package; each carries its data.

ModelsError
|-- UnknownModel      there is no checkpoint with this name
|-- UnknownLanguage   the model wasn't trained on this language
|-- BadCheckpoint     a checkpoint file is corrupt, truncated, mismatched or too large
|-- BadRecipe         a training recipe or its text can't be used
|-- RunFinished       there is nothing to resume
|-- NotWritten        a file can't be written, see formats/write_errors.py
|-- NotEnoughSpace    the disk is too full for a training to begin
|-- DeviceMissing     PyTorch finds no such device
|-- Bf16Missing       bf16 was requested explicitly, but PyTorch can't train in it here
|-- WorkerEnded       a data-parallel worker process died
|-- NothingToScore    a text to evaluate has fewer than two known characters or words
|-- MissingExtra      an optional package is not installed
|-- PromptEmpty       no character or word of the prompt is in the model's vocabulary
|-- NoPairs           the model answers nothing: it was not trained on pairs
|-- StopImpossible    the model can't write the text before which it should stop
|-- InvalidRequest    a request that nothing valid leads to
|-- EngineBusy        the queue is full
`-- DecoderFailed     the decoder process keeps dying
"""

from dataclasses import dataclass
from pathlib import Path


class ModelsError(Exception):
    """Base class of all errors of this package."""


@dataclass
class UnknownModel(ModelsError):
    """There is no checkpoint with this name."""

    name: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"there is no model named {self.name!r}; available: {', '.join(self.known) or 'none'}"


@dataclass
class UnknownLanguage(ModelsError):
    """The model wasn't trained on this language."""

    model: str
    language: str
    spoken: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.model} doesn't know the language {self.language!r}; it knows: {', '.join(self.spoken)}"


@dataclass
class BadCheckpoint(ModelsError):
    """A checkpoint file can't be used, and why."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@dataclass
class BadRecipe(ModelsError):
    """A recipe, or a text that it names, can't be used, and why."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@dataclass
class RunFinished(ModelsError):
    """There is nothing to resume."""

    run: Path
    checkpoint: Path

    def __str__(self) -> str:
        return (
            f"{self.run} is finished, and its model is {self.checkpoint}; to train longer, start anew with --restart "
            f"--minutes N, or go on from the model with --from {self.checkpoint.name} --name OTHER"
        )


@dataclass
class DeviceMissing(ModelsError):
    """PyTorch finds no such device."""

    device: str

    def __str__(self) -> str:
        return f"PyTorch found no {self.device} device; omit --device to train on the CPU"


@dataclass
class Bf16Missing(ModelsError):
    """PyTorch has no bf16 kernel of this cell for this CPU."""

    cell: str

    def __str__(self) -> str:
        return f"PyTorch can't train {self.cell.upper()}s in bf16 on this CPU; omit --precision or use --precision fp32"


@dataclass
class WorkerEnded(ModelsError):
    """A data-parallel worker process died."""

    def __str__(self) -> str:
        return "a worker process died, possibly out of memory; continue with --resume, or use --workers 1"


@dataclass
class NothingToScore(ModelsError):
    """A text to evaluate has fewer than two tokens of the vocabulary."""

    characters: int

    def __str__(self) -> str:
        return (
            f"the model knows fewer than two tokens of this text ({self.characters:,} characters); "
            "use another text or split"
        )


@dataclass
class MissingExtra(ModelsError):
    """An optional dependency is not installed."""

    extra: str  # its name in pyproject.toml

    def __str__(self) -> str:
        return f"optional packages are missing; install them with: pip install -e '.[{self.extra}]'"


@dataclass
class InvalidSamplingParam(ModelsError):
    """A sampling parameter has the wrong type, is out of bounds or isn't one of its choices."""

    name: str
    value: object
    allowed: str  # values, in words

    def __str__(self) -> str:
        return f"{self.name} is {self.value!r}; use {self.allowed}"


@dataclass
class PromptEmpty(ModelsError):
    """No character or word of the prompt is in the model's vocabulary."""

    model: str
    dropped: tuple[str, ...]
    unit: str = "character"
    known_by: tuple[str, ...] = ()  # the models that know all of them

    def __str__(self) -> str:
        dropped = ("" if self.unit == "character" else " ").join(filter(str.isprintable, self.dropped))
        return f"{self.model} knows none of the prompt's {self.unit}s{f': {dropped}' if dropped else ''}"


@dataclass
class NoPairs(ModelsError):
    """The model answers nothing: it was not trained on pairs."""

    model: str

    def __str__(self) -> str:
        return f"{self.model} was not trained on pairs (train --pairs), so it continues texts: use `sample`"


@dataclass
class StopImpossible(ModelsError):
    """The model can't write the text before which it should stop."""

    model: str
    stop: str
    unknown: tuple[str, ...]

    def __str__(self) -> str:
        unknown = " ".join(filter(str.isprintable, self.unknown)) or "some of its characters"
        return f"{self.model} would never stop before {self.stop!r}: it doesn't know {unknown}; use another --stop"


@dataclass
class InvalidRequest(ModelsError):
    """A request has a value that nothing valid leads to."""

    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass
class EngineBusy(ModelsError):
    """The queue is full; `queue_position` is what this request's would have been, counted from 1."""

    queue_position: int
    limit: int
    expected_wait_seconds: float

    def __str__(self) -> str:
        return (
            f"the queue is full ({self.limit} texts); the next place opens in about {self.expected_wait_seconds:.0f} s"
        )


@dataclass
class DecoderFailed(ModelsError):
    """The decoder process can't continue this text."""

    reason: str

    def __str__(self) -> str:
        return f"the decoder failed: {self.reason}"


@dataclass
class PictureFailed(ModelsError):
    """A picture could not be drawn."""

    reason: str

    def __str__(self) -> str:
        return f"the picture could not be drawn: {self.reason}"
