"""Answers of /generate."""

from tests.gallery.scene import SLOW, Scene
from tests.gallery.stage import PATIENCE_SECONDS, Stage


async def generated(stage: Stage) -> None:
    """A finished answer with its buttons."""
    await stage.written()


async def light(stage: Stage) -> None:
    """The light theme, with a private answer."""
    await stage.written(length=150)
    await stage.played("help")


async def private(stage: Stage) -> None:
    """A private answer."""
    await stage.written(private=True)


async def long_text(stage: Stage) -> None:
    """A text too long for a message, attached as a file."""
    await stage.written(length=3000)


async def writing(stage: Stage) -> None:
    """An answer while it is being written, with the Stop button."""
    await stage.writing()


async def waiting(stage: Stage) -> None:
    """The engine is busy: Bob waits, and sees his position in the queue."""
    for seed in range(3):
        await stage.sandbox.invoke("generate", prompt="ROMEO:", length=4000, seed=seed, private=True)
    await stage.look_as("bob")
    run = await stage.sandbox.invoke("generate", prompt="JULIET:", user=stage.sandbox.bob)
    await run.answered(PATIENCE_SECONDS)


async def thread(stage: Stage) -> None:
    """/generate in a thread."""
    night = stage.sandbox.start_thread(stage.sandbox.poems, "night thoughts")
    await stage.look_as("alice", "night%20thoughts")
    await stage.written(channel=night)


async def direct(stage: Stage) -> None:
    """/generate in direct messages."""
    conversation = stage.sandbox.dm_channel(stage.sandbox.alice)
    await stage.written(channel=conversation)
    await stage.look_as("alice", "Tempera")


SCENES = (
    Scene("generate", generated),
    Scene("generate-light", light, colours="light"),
    Scene("generate-private", private),
    Scene("generate-long", long_text),
    Scene("generate-writing", writing, SLOW),
    Scene("generate-waiting", waiting, {"queue": {"max_running": 1}}),
    Scene("generate-thread", thread),
    Scene("generate-direct", direct),
)
