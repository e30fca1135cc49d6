"""/models, /help and /admin."""

from tests.gallery.scene import Scene, answer_to
from tests.gallery.stage import Stage


async def reload_difference(stage: Stage) -> None:
    """/admin reload after a change to config.yaml: what applies at once, and what at the next start."""
    stage.configure("default_temperature: null", "default_temperature: 1.2")
    stage.configure("max_running: 64", "max_running: 32")
    await stage.played("admin reload")


async def reload_refused(stage: Stage) -> None:
    """Refused: /admin reload of a file with errors; nothing changes."""
    stage.configure("default_temperature: null", "default_temperature: warm")
    await stage.played("admin reload")


async def admin_refused(stage: Stage) -> None:
    """Refused: /admin for a user who isn't listed in config.yaml."""
    stage.sandbox.unlock_command("admin")
    await stage.look_as("bob")
    await stage.played("admin status", user=stage.sandbox.bob)


SCENES = (
    Scene("models", answer_to("/models", "models")),
    Scene("models-card", answer_to("/models with a name", "models", model="shakespeare")),
    Scene("help", answer_to("/help", "help")),
    Scene("admin-status", answer_to("/admin status", "admin status")),
    Scene("admin-reload", answer_to("/admin reload", "admin reload")),
    Scene("admin-reload-difference", reload_difference),
    Scene("admin-reload-refused", reload_refused),
    Scene("admin-refused", admin_refused),
)
