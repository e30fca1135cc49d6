"""Everything that the sandbox refuses.

ApiError               a Discord HTTP error response
SandboxError           an action that Discord's client would not allow, or that failed
|-- InvalidOption         an option value that Discord's client would not send
|-- UnknownCommand        no such command is registered
|-- CommandHidden         the user can't see the command in this channel
|-- NotClickable          a component that the user can't use
|-- BotOffline            no bot is connected to the gateway
|-- NotAcknowledged       the bot did not respond within three seconds
|-- WaitTimeout           something awaited did not happen in time
`-- PortUnavailable       the sandbox can't listen on the port
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FieldPath = tuple[str, ...]
FieldError = tuple[str, str]  # code, message
FieldErrors = Mapping[FieldPath, FieldError]


@dataclass
class ApiError(Exception):
    """A Discord HTTP error response; `errors` are those of single fields."""

    status: int
    code: int
    message: str
    errors: FieldErrors = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the JSON body, with the field errors nested by path."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        for path, (code, message) in self.errors.items():
            node = body.setdefault("errors", {})
            for key in path:
                node = node.setdefault(key, {})
            node.setdefault("_errors", []).append({"code": code, "message": message})
        return body


def invalid_form(errors: FieldErrors) -> ApiError:
    """Return the error for a request body with these field errors."""
    return ApiError(400, 50035, "Invalid Form Body", errors)


class SandboxError(Exception):
    """An action that Discord's client would not allow, or that failed."""


@dataclass
class InvalidOption(SandboxError):
    """An option value or modal field that Discord's client would not send."""

    option: str
    reason: str

    def __str__(self) -> str:
        return f"{self.option}: {self.reason}"


@dataclass
class UnknownCommand(SandboxError):
    """No command with this name is registered."""

    name: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"There is no command /{self.name}. Registered: {', '.join(self.known) or 'none'}"


@dataclass
class CommandHidden(SandboxError):
    """A command that Discord's client hides from this user in this channel."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"/{self.name} is hidden: {self.reason}"


@dataclass
class NotClickable(SandboxError):
    """A component that Discord's client would not let the user use."""

    component: str
    reason: str

    def __str__(self) -> str:
        return f"Can't use {self.component}: {self.reason}"


class BotOffline(SandboxError):
    """No bot is connected to the gateway."""

    def __str__(self) -> str:
        return "The bot is offline."


@dataclass
class NotAcknowledged(SandboxError):
    """The bot did not acknowledge an interaction in time."""

    interaction: str

    def __str__(self) -> str:
        return f"The bot did not respond to {self.interaction} in time"


@dataclass
class WaitTimeout(SandboxError):
    """Something awaited did not happen in time; `last` is the latest state."""

    awaited: str
    timeout_seconds: float
    last: str = ""

    def __str__(self) -> str:
        return f"Timed out after {self.timeout_seconds:g} s waiting for {self.awaited}; last: {self.last or 'nothing'}"


@dataclass
class PortUnavailable(SandboxError):
    """The port is taken, reserved or out of range."""

    port: int
    reason: str

    def __str__(self) -> str:
        return f"Can't listen on port {self.port}: {self.reason}"
