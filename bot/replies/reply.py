"""A message to send: content, file and buttons; and how much fits into one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tempera.bot.action import Action

DESCRIPTION_LIMIT = 1024  # characters, of Discord, for the description of a picture
CONTENT_LIMIT = 2000  # of Discord; counted here in UTF-16 units, the strictest way to count


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file to attach."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its action and its label."""

    action: Action | None  # None: a preset's
    label: str
    generation_id: int | None = None  # whose button it is; None: the answer's own
    preset_id: int | None = None  # of a pinned preset's button


@dataclass(frozen=True, slots=True)
class Reply:
    """A message: its content, a file with the full text if that doesn't fit, and its buttons."""

    content: str
    file: TextFile | None = None
    buttons: tuple[Button, ...] = ()

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions of the buttons."""
        return tuple(button.action for button in self.buttons if button.action)


def fits(content: str) -> bool:
    """Return whether this fits into a message."""
    return len(content.encode("utf-16-le")) // 2 <= CONTENT_LIMIT


def fitting(lines: Iterable[str], more: Callable[[list[str]], str]) -> str:
    """Join the lines, or as many as fit into a message and a line about the others."""
    lines = list(lines)
    shown = "\n".join(lines)
    for kept in range(len(lines) - 1, -1, -1):
        if fits(shown):
            break
        shown = "\n".join((*lines[:kept], more(lines[kept:])))
    return shown
