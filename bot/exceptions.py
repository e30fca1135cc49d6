"""Why the bot refuses, as types that carry the facts; bot.replies.errors and bot.replies.errors.startup word them.

Exception
├── Refused                     a user is told privately, and nothing has happened
│   ├── ChannelOff
│   ├── ModelGone
│   ├── OverLimit
│   ├── NoSuchScope
│   ├── NotAdmin                (also a discord.py CheckFailure)
│   ├── TooManyRunning
│   ├── GuildQueueFull
│   ├── StorageBusy
│   ├── ClickRunning
│   ├── FormGone
│   ├── TextGone
│   ├── StillWriting
│   ├── NotTheirs
│   ├── TooLongToContinue
│   ├── BadPresetValue
│   ├── BadEntry
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
    """Stand for everything that a user can be told about."""


@dataclass
class ChannelOff(Refused):
    """/generate is turned off here, for this scope."""

    origin: Origin


@dataclass
class ModelGone(Refused):
    """A preset, an admin's setting or the default names a model that no longer exists."""

    model: str
    origin: Origin
    known: tuple[str, ...]


@dataclass
class OverLimit(Refused):
    """A user asked for more than the model's limit."""

    model: str
    setting: str
    limit: float


@dataclass
class NoSuchScope(Refused):
    """There is no thread or category around the command."""

    source: Source


class NotAdmin(Refused, CheckFailure):
    """The user is not among those who manage the bot."""


@dataclass
class TooManyRunning(Refused):
    """A person has as many texts in progress as one may have."""

    limit: int
    wait_seconds: float


@dataclass
class GuildQueueFull(Refused):
    """As many of a server's texts wait as may wait."""

    limit: int
    wait_seconds: float


class StorageBusy(Refused):
    """The database takes too long for what comes before the first answer."""


class ClickRunning(Refused):
    """The same person has clicked the same button already, and its answer is still on the way."""


class FormGone(Refused):
    """The form was opened too long ago, or before the last start."""


class TextGone(Refused):
    """The text is no longer stored, or never was this message's."""


class StillWriting(Refused):
    """The text has not ended yet."""


class NotTheirs(Refused):
    """The text belongs to someone else, and the clicker may not manage messages."""


@dataclass
class TooLongToContinue(Refused):
    """A text together with all before it has more characters than can be continued."""

    limit: int


@dataclass
class BadPresetValue(Refused):
    """A preset's name or language can't be used; `allowed` lists what can, and is empty where that needs a rule."""

    field: str
    typed: str
    allowed: tuple[str, ...] = ()


@dataclass
class BadEntry(Refused):
    """What was typed into a form's field is no value of this sampling parameter."""

    name: str
    typed: str


@dataclass
class PresetBuiltIn(Refused):
    """A preset of this name is built in: nobody can change it, or save another under its name."""

    name: str


class CannotStart(Exception):
    """Stand for everything that the one who starts the bot has to change."""


class SettingsInvalid(CannotStart):
    """The settings file can't be used; `problems` holds one line per error."""

    def __init__(self, path: Path, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.path = path
        self.problems = problems


@dataclass
class EnvironmentInvalid(CannotStart):
    """An environment variable is missing or can't be used, and what to do about it."""

    problem: str
    remedy: str


class SystemUnsupported(CannotStart):
    """Tempera doesn't run on this operating system."""
