"""The buttons under an answer, and their refusals."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.gallery.scene import SLOW, Scene
from tests.gallery.stage import PATIENCE_SECONDS, Stage, has_button


def click_on(label: str, caption: str) -> Callable[[Stage], Awaitable[object]]:
    """Return the scene of a button that posts a new answer."""

    async def play(stage: Stage) -> None:
        run = await stage.sandbox.click(await stage.written(length=150), label, user=stage.sandbox.bob)
        await run.shows(has_button("Delete"), PATIENCE_SECONDS)

    play.__doc__ = caption
    return play


async def stopped(stage: Stage) -> None:
    """After a click on Stop."""
    message = await stage.writing()
    await stage.sandbox.click(message, "Stop")
    await asyncio.sleep(2.5)


async def deleted(stage: Stage) -> None:
    """After a click on Delete: one of two answers is gone."""
    await stage.written(prompt="First:", length=100)
    message = await stage.written(prompt="Second:", length=100)
    await stage.sandbox.click(message, "Delete")
    await asyncio.sleep(1)


async def strangers_stop(stage: Stage) -> None:
    """Refused: Bob can't stop Alice's text."""
    await stage.look_as("bob")
    run = await stage.sandbox.click(await stage.writing(), "Stop", user=stage.sandbox.bob)
    await run.acknowledged()


async def strangers_delete(stage: Stage) -> None:
    """Refused: Bob can't delete Alice's text."""
    await stage.look_as("bob")
    await (await stage.sandbox.click(await stage.written(), "Delete", user=stage.sandbox.bob)).acknowledged()


async def forged(stage: Stage) -> None:
    """Refused: a forged click on a button that doesn't exist."""
    await (await stage.sandbox.forge_click(await stage.written(), "delete:999999")).acknowledged()


async def same_click(stage: Stage) -> None:
    """Refused: the same click again while the answer is being written."""
    message = await stage.written(length=400)
    await (await stage.sandbox.click(message, "Again")).answered(PATIENCE_SECONDS)
    await (await stage.sandbox.click(message, "Again")).acknowledged()


SCENES = (
    Scene("button-stop", stopped, SLOW),
    Scene("button-again", click_on("Again", "Again: Bob asks for another text.")),
    Scene("button-hotter", click_on("Hotter", "Hotter: a higher temperature, the same seed.")),
    Scene("button-cooler", click_on("Cooler", "Cooler: a lower temperature, the same seed.")),
    Scene("button-continue", click_on("Continue", "Continue: the text goes on from its end.")),
    Scene("button-delete", deleted),
    Scene("refused-stop", strangers_stop, SLOW),
    Scene("refused-delete", strangers_delete),
    Scene("refused-forged", forged),
    Scene("refused-same-click", same_click, SLOW),
)
