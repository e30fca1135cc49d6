"""/privacy: what is stored about oneself."""

from tests.gallery.scene import Scene
from tests.gallery.stage import Stage


async def shown(stage: Stage) -> None:
    """/privacy show: what is stored about Alice."""
    await stage.written(length=100)
    await stage.played("privacy show")


async def exported(stage: Stage) -> None:
    """/privacy export: all of it as a file."""
    await stage.written(length=100)
    await stage.played("privacy export")


async def asked(stage: Stage) -> None:
    """/privacy delete: what goes, what stays, and the button that does it."""
    await stage.written(length=100)
    await stage.played("privacy delete")


async def deleted(stage: Stage) -> None:
    """After a click on Delete everything: the message stays, and its buttons no longer know its text."""
    message = await stage.written(length=100)
    question = await (await stage.played("privacy delete")).answered()
    await (await stage.sandbox.click(question, "Delete everything")).shows("is deleted")
    await (await stage.sandbox.click(message, "Again")).acknowledged()


SCENES = (
    Scene("privacy-show", shown),
    Scene("privacy-export", exported),
    Scene("privacy-delete", asked),
    Scene("privacy-deleted", deleted),
)
