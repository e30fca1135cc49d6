"""A message as it is sent: its content, a file, buttons; and how much Discord takes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tempera.bot.action import Action

CONTENT_LIMIT = 2000  # of Discord; counted here in UTF-16 units, the strictest way to count


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file to attach."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what it does, and what it is called."""

    action: Action
    label: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A message: its content, the whole text as a file where the content can't hold it, and its buttons."""

    content: str
    file: TextFile | None = None
    buttons: tuple[Button, ...] = ()

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done with the buttons."""
        return tuple(button.action for button in self.buttons)


def fits(content: str) -> bool:
    """Whether a message can hold this."""
    return len(content.encode("utf-16-le")) // 2 <= CONTENT_LIMIT


def fitting(lines: Iterable[str], more: Callable[[list[str]], str]) -> str:
    """Join the lines, or as many as a message holds and a line on the others."""
    lines = list(lines)
    shown = "\n".join(lines)
    for kept in range(len(lines) - 1, -1, -1):
        if fits(shown):
            break
        shown = "\n".join((*lines[:kept], more(lines[kept:])))
    return shown
