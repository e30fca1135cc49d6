"""The list of commands, and a command while it is typed."""

from tests.gallery.scene import Scene
from tests.gallery.stage import Stage


async def commands(stage: Stage) -> None:
    """The commands that Discord shows to Alice, the server's owner."""
    await stage.page.locator("#entry").press_sequentially("/")


async def members_commands(stage: Stage) -> None:
    """The commands that Discord shows to Bob, a member: none for admins."""
    await stage.look_as("bob")
    await stage.page.locator("#entry").press_sequentially("/")


async def commands_elsewhere(stage: Stage) -> None:
    """In Bob's server, Alice is an ordinary member: no /channel and no /admin."""
    await stage.look_as("alice", "lobby")
    await stage.page.locator("#entry").press_sequentially("/")


async def phone_menu(stage: Stage) -> None:
    """Servers, channels, people and permissions."""
    stage.sandbox.start_thread(stage.sandbox.poems, "night thoughts")
    await stage.look_as("bob")
    await stage.page.set_viewport_size({"width": 390, "height": 844})
    await stage.page.get_by_role("button", name="Channels").click()


async def composer(stage: Stage) -> None:
    """/generate while it is typed: its options, with a slider for the temperature."""
    await stage.page.locator("#entry").press_sequentially("/generate ROMEO:")
    await stage.page.get_by_role("button", name="more").focus()
    await stage.page.get_by_role("option", name="temperature").click()
    await stage.page.keyboard.type("0.8")


async def completion(stage: Stage) -> None:
    """Autocomplete for models."""
    await stage.page.locator("#entry").press_sequentially("/generate ROMEO:")
    await stage.page.get_by_role("button", name="more").focus()
    await stage.page.get_by_role("option").filter(has=stage.page.get_by_text("model", exact=True)).click()
    await stage.page.keyboard.type("sha")
    await stage.page.get_by_role("option").first.wait_for()


async def notches(stage: Stage) -> None:
    """Autocomplete for temperatures: the notches of the model; any other number can be typed."""
    await stage.page.locator("#entry").press_sequentially("/generate ROMEO:")
    await stage.page.get_by_role("button", name="more").focus()
    await stage.page.get_by_role("option", name="temperature").click()
    await stage.page.get_by_role("option", name="wild").wait_for()


async def out_of_bounds(stage: Stage) -> None:
    """Refused while typing: a temperature out of range."""
    await composer(stage)
    await stage.page.keyboard.press("ControlOrMeta+a")
    await stage.page.keyboard.type("3")


SCENES = (
    Scene("commands", commands),
    Scene("commands-of-a-member", members_commands),
    Scene("commands-in-another-server", commands_elsewhere),
    Scene("servers", phone_menu),
    Scene("generate-typed", composer),
    Scene("generate-completion", completion),
    Scene("generate-temperature", notches),
    Scene("generate-out-of-bounds", out_of_bounds),
)
