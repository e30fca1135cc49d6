"""Exceptions of the bot; each carries its data. Their messages are in bot.replies.errors.

Exception
├── Refused                     the user is told privately, and nothing has happened
│   ├── ChannelOff
│   ├── BlockedByOperator, BlockedPrompt
│   ├── NoWord, NothingNamed, NotBlockable, BadServerId
│   ├── ModelGone
│   ├── OverLimit
│   ├── NoSuchScope
│   ├── NotAdmin                (also a discord.py CheckFailure)
│   ├── TooManyRunning
│   ├── GuildQueueFull
│   ├── ClickRunning
│   ├── FormGone
│   ├── NoSuchText
│   ├── TextGone
│   ├── StillWriting
│   ├── TextsRunning
│   ├── DeletionRefused
│   ├── NotTheirs
│   ├── TooLongToContinue
│   ├── NothingToShow
│   ├── NothingToContinue
│   ├── WrongNumberOfValues
│   ├── BadPresetValue
│   ├── BadEntry
│   ├── PresetGone
│   └── PresetBuiltIn
└── CannotStart                 the bot ends with exit code 2
    ├── SettingsInvalid
    ├── EnvironmentInvalid
    └── SystemUnsupported
"""

from dataclasses import dataclass
from pathlib import Path

from discord.app_commands import CheckFailure

from tempera.bot.origin import Origin, Source


class Refused(Exception):
    """Base class of everything that a user is told about."""


@dataclass
class ChannelOff(Refused):
    """/generate is turned off here, for this scope."""

    origin: Origin


@dataclass
class BlockedByOperator(Refused):
    """The operator has blocked the user, or the server."""

    is_server: bool


@dataclass
class BlockedPrompt(Refused):
    """The prompt holds a word that the server blocks."""

    word: str


class NoWord(Refused):
    """What is to be blocked holds nothing that can be seen."""


class NothingNamed(Refused):
    """Neither a user nor a server was named."""


class NotBlockable(Refused):
    """An admin can't be blocked."""


@dataclass
class BadServerId(Refused):
    """The text is no server's id."""

    typed: str


@dataclass
class ModelGone(Refused):
    """A preset, an admin's setting or the default names a model that no longer exists."""

    model: str
    origin: Origin
    known: tuple[str, ...]


@dataclass
class OverLimit(Refused):
    """The user asked for more than the model's limit."""

    model: str
    setting: str
    limit: float


@dataclass
class NoSuchScope(Refused):
    """There is no thread or category around the command."""

    source: Source


class NotAdmin(Refused, CheckFailure):
    """The user isn't listed as an admin in config.yaml."""


@dataclass
class TooManyRunning(Refused):
    """The user has the maximum number of texts in progress."""

    limit: int
    wait_seconds: float


@dataclass
class GuildQueueFull(Refused):
    """The maximum number of the server's texts is waiting."""

    limit: int
    wait_seconds: float


class ClickRunning(Refused):
    """The user has already clicked this button, and the answer is still on its way."""


class FormGone(Refused):
    """The form was opened too long ago, or before the bot restarted."""


@dataclass
class NoSuchText(Refused):
    """The user has no text of this number."""

    typed: str


class TextGone(Refused):
    """The text is no longer stored, or doesn't belong to this message."""


class StillWriting(Refused):
    """The text has not ended yet."""


class TextsRunning(Refused):
    """A text of the user is being written, so not everything about them can be deleted."""


class DeletionRefused(Refused):
    """Discord didn't delete the message, so its text stays, too."""


class NotTheirs(Refused):
    """The text belongs to someone else, and the user can't manage messages."""


class NothingToShow(Refused):
    """The text is empty."""


class NothingToContinue(Refused):
    """The message has no text."""


@dataclass
class WrongNumberOfValues(Refused):
    """Too few or too many temperatures or models to compare."""

    fewest: int
    most: int


@dataclass
class TooLongToContinue(Refused):
    """The text, with everything before it, is too long to be continued."""

    limit: int


@dataclass
class BadPresetValue(Refused):
    """A preset's name or language isn't valid; `allowed` lists the valid values, or is empty if a rule decides."""

    field: str
    typed: str
    allowed: tuple[str, ...] = ()


@dataclass
class BadEntry(Refused):
    """The text in a form's field isn't a value of this sampling parameter."""

    name: str
    typed: str


class PresetGone(Refused):
    """The server no longer shares the preset of a button."""


@dataclass
class PresetBuiltIn(Refused):
    """The preset is built in: it can't be changed or replaced."""

    name: str


class CannotStart(Exception):
    """Base class of everything that keeps the bot from starting."""


class SettingsInvalid(CannotStart):
    """The settings file can't be used; `problems` holds one line per error."""

    def __init__(self, path: Path, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.path = path
        self.problems = problems


@dataclass
class EndpointUnavailable(CannotStart):
    """The address for /healthz and /metrics can't be used."""

    host: str
    port: int
    reason: str


@dataclass
class EnvironmentInvalid(CannotStart):
    """An environment variable is missing or invalid, and what to do about it."""

    problem: str
    remedy: str


class SystemUnsupported(CannotStart):
    """Tempera doesn't run on this operating system."""
