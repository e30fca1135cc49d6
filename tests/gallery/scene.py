"""A scene: what is played for one picture."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.gallery.stage import Stage

SLOW = {"generation": {"pace_characters_per_second": 60.0}}


@dataclass(frozen=True)
class Scene:
    """One picture: its name, what is played, and other settings for it; the docstring played is the caption."""

    name: str
    play: Callable[[Stage], Awaitable[object]]
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    colours: Literal["dark", "light"] = "dark"
    bot: bool = True  # else the scene starts one as a process of its own, which it may kill

    @property
    def caption(self) -> str:
        """What the picture shows."""
        return (self.play.__doc__ or self.name).strip()


def answer_to(caption: str, command: str, **options: Any) -> Callable[[Stage], Awaitable[object]]:
    """Return the scene of one command's answer."""

    async def play(stage: Stage) -> None:
        await stage.played(command, **options)

    play.__doc__ = caption
    return play
