"""What the sandbox refuses: Discord's own error answers, and what a user or a test runs into.

ApiError           answered to the bot as Discord words it
SandboxError
|-- OptionRefused     a value that Discord's client would not send
|-- UnknownCommand    the bot has not registered it
|-- CommandHidden     this user does not see the command there
|-- NotClickable      a button that Discord's client would not let the user press
|-- BotOffline        no bot is connected
|-- NotAcknowledged   the bot let the three seconds pass
|-- WaitedInVain      what was awaited did not happen in time
`-- PortUnusable      the page can't be served there
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Faults = Mapping[tuple[str, ...], tuple[str, str]]


@dataclass
class ApiError(Exception):
    """An HTTP answer of Discord's that says no; `faults` maps a field's path to (code, message)."""

    status: int
    code: int
    message: str
    faults: Faults = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the JSON body, with the faults nested by field."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        for path, (code, message) in self.faults.items():
            place = body.setdefault("errors", {})
            for key in path:
                place = place.setdefault(key, {})
            place.setdefault("_errors", []).append({"code": code, "message": message})
        return body


def invalid_form(faults: Faults) -> ApiError:
    """Return the answer to a body with these faults."""
    return ApiError(400, 50035, "Invalid Form Body", faults)


class SandboxError(Exception):
    """Anything that a player of the sandbox may run into."""


@dataclass
class OptionRefused(SandboxError):
    """A value that Discord's client would not let the user send."""

    option: str
    reason: str

    def __str__(self) -> str:
        return f"{self.option}: {self.reason}"


@dataclass
class UnknownCommand(SandboxError):
    """No registered command has this name."""

    name: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"no command is called /{self.name}; there are: {', '.join(self.known) or 'none'}"


@dataclass
class CommandHidden(SandboxError):
    """A command that Discord's client does not show to this user in this place."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"/{self.name} is hidden: {self.reason}"


@dataclass
class NotClickable(SandboxError):
    """A button, menu or form that Discord's client would not let the user use."""

    what: str
    reason: str

    def __str__(self) -> str:
        return f"{self.what}: {self.reason}"


class BotOffline(SandboxError):
    """No bot is connected to the gateway."""


@dataclass
class NotAcknowledged(SandboxError):
    """The bot did not answer an interaction in time."""

    what: str

    def __str__(self) -> str:
        return f"the bot did not acknowledge {self.what} in time"


@dataclass
class WaitedInVain(SandboxError):
    """What was awaited did not happen in time; `last` is what was seen last."""

    what: str
    timeout_seconds: float
    last: str = ""

    def __str__(self) -> str:
        return f"waited {self.timeout_seconds:g} s for {self.what}; last seen: {self.last or 'nothing'}"


@dataclass
class PortUnusable(SandboxError):
    """The port is taken, reserved or out of range."""

    port: int
    reason: str

    def __str__(self) -> str:
        return f"port {self.port} can't be used: {self.reason}"
