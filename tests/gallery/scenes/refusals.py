"""What /generate refuses."""

from tests.gallery.scene import SLOW, Scene, answer_to
from tests.gallery.stage import Stage


async def cooldown(stage: Stage) -> None:
    """Refused: the cooldown isn't over, with the time to try again."""
    await stage.written(length=100)
    await stage.played("generate", prompt="Again")


async def too_many(stage: Stage) -> None:
    """Refused: one person has too many texts in progress."""
    await stage.writing()
    await stage.played("generate", prompt="Another")


async def full(stage: Stage) -> None:
    """Refused: the queue is full."""
    for seed in range(2):
        await stage.sandbox.invoke("generate", prompt="ROMEO:", length=4000, seed=seed, private=True)
    await stage.look_as("bob")
    await stage.played("generate", prompt="Another", user=stage.sandbox.bob)


async def servers_queue_full(stage: Stage) -> None:
    """Refused: too many texts of one server are waiting; the other places are for other servers."""
    for seed in range(2):
        await stage.sandbox.invoke("generate", prompt="ROMEO:", length=4000, seed=seed, private=True)
    await stage.look_as("bob")
    await stage.played("generate", prompt="Another", user=stage.sandbox.bob)


async def switched_off(stage: Stage) -> None:
    """Refused: /generate is turned off in this channel."""
    await stage.played("channel off")
    await stage.played("generate", prompt="ROMEO:")


SCENES = (
    Scene("refused-cooldown", cooldown, {"fairness": {"cooldown_seconds": 60.0}}),
    Scene("refused-too-many", too_many, SLOW | {"fairness": {"max_running_per_user": 1}}),
    Scene("refused-queue-full", full, {"queue": {"max_running": 1, "max_waiting": 1}}),
    Scene(
        "refused-servers-queue-full",
        servers_queue_full,
        {"queue": {"max_running": 1}, "fairness": {"max_waiting_per_guild": 1}},
    ),
    Scene("refused-model", answer_to("Refused: there is no such model.", "generate", prompt="ROMEO:", model="nobody")),
    Scene("refused-alphabet", answer_to("Refused: unknown characters only.", "generate", prompt="日本")),
    Scene("refused-channel-off", switched_off),
)
