"""/channel and /settings."""

from tempera.sandbox.state.permissions import Permission
from tests.gallery.scene import Scene
from tests.gallery.stage import Stage


async def channel_set(stage: Stage) -> None:
    """/channel model, temperature and length."""
    await stage.played("channel model", name="shakespeare", where="server")
    await stage.played("channel temperature", value=0.5)
    await stage.played("channel length", characters=200, where="category")


async def channel_off_on(stage: Stage) -> None:
    """/channel off and on."""
    await stage.played("channel off")
    await stage.played("channel on")


async def channel_show(stage: Stage) -> None:
    """/channel show and /channel reset."""
    await stage.played("channel temperature", value=0.5)
    await stage.played("channel show")
    await stage.played("channel reset")


async def channel_refused(stage: Stage) -> None:
    """Refused: Bob has Manage Channels, but not Manage Server."""
    stage.sandbox.allow(stage.sandbox.bob, Permission.MANAGE_CHANNELS)
    await stage.look_as("bob")
    await stage.played("channel temperature", value=2.0, where="server", user=stage.sandbox.bob)


async def channel_unlocked(stage: Stage) -> None:
    """Refused: the command is shown to everyone, but checks the permission again."""
    stage.sandbox.unlock_command("channel")
    await stage.look_as("bob")
    await stage.played("channel off", user=stage.sandbox.bob)


async def voice(stage: Stage) -> None:
    """/settings shows a member what applies here, and where it is set."""
    await stage.played("channel temperature", value=0.5)
    await stage.look_as("bob")
    await stage.played("settings", user=stage.sandbox.bob)


SCENES = (
    Scene("channel-set", channel_set),
    Scene("channel-off-on", channel_off_on),
    Scene("channel-show", channel_show),
    Scene("channel-refused", channel_refused),
    Scene("channel-unlocked", channel_unlocked),
    Scene("settings", voice),
)
