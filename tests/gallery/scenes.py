"""The scenes of the gallery: every command, button and refusal; a scene's docstring is the picture's caption."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.permissions import Permission
from tests.gallery.stage import PATIENCE_SECONDS, Stage, has_button

SLOW = {"generation": {"pace_characters_per_second": 60.0}}


@dataclass(frozen=True)
class Scene:
    """One picture: its name, what is played, and other settings for it."""

    name: str
    play: Callable[[Stage], Awaitable[object]]
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    colours: Literal["dark", "light"] = "dark"

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


def click_on(label: str, caption: str) -> Callable[[Stage], Awaitable[object]]:
    """Return the scene of a button that posts a new answer."""

    async def play(stage: Stage) -> None:
        run = await stage.sandbox.click(await stage.written(length=150), label, user=stage.sandbox.bob)
        await run.shows(has_button("Delete"), PATIENCE_SECONDS)

    play.__doc__ = caption
    return play


async def composer(stage: Stage) -> None:
    """/generate being typed: its options, with a slider for the temperature."""
    await stage.page.locator("#entry").press_sequentially("/generate ROMEO:")
    await stage.page.get_by_role("button", name="more").focus()
    await stage.page.get_by_role("option", name="temperature").click()
    await stage.page.keyboard.type("0.8")


async def commands(stage: Stage) -> None:
    """The commands that Alice, the server's owner, is offered."""
    await stage.page.locator("#entry").press_sequentially("/")


async def members_commands(stage: Stage) -> None:
    """The commands that Bob, a member, is offered: none of the admins'."""
    await stage.look_as("bob")
    await stage.page.locator("#entry").press_sequentially("/")


async def commands_elsewhere(stage: Stage) -> None:
    """In the server that Bob owns Alice is a plain member: no /channel and no /admin."""
    await stage.look_as("alice", "lobby")
    await stage.page.locator("#entry").press_sequentially("/")


async def out_of_bounds(stage: Stage) -> None:
    """Refused while typing: a temperature that is out of bounds."""
    await composer(stage)
    await stage.page.keyboard.press("ControlOrMeta+a")
    await stage.page.keyboard.type("3")


async def completion(stage: Stage) -> None:
    """Models completing as one types."""
    await stage.page.locator("#entry").press_sequentially("/generate ROMEO:")
    await stage.page.get_by_role("button", name="more").focus()
    await stage.page.get_by_role("option", name="model").click()
    await stage.page.keyboard.type("sha")
    await stage.page.get_by_role("option").first.wait_for()


async def generated(stage: Stage) -> None:
    """A finished answer with its buttons."""
    await stage.written()


async def light(stage: Stage) -> None:
    """The same in a light room, and a private answer."""
    await stage.written(length=150)
    await stage.played("help")


async def private(stage: Stage) -> None:
    """A private answer."""
    await stage.written(private=True)


async def long_text(stage: Stage) -> None:
    """A text too long for a message, attached whole."""
    await stage.written(length=3000)


async def writing(stage: Stage) -> None:
    """An answer being written, with Stop."""
    await stage.writing()


async def stopped(stage: Stage) -> None:
    """Stop was pressed."""
    message = await stage.writing()
    await stage.sandbox.click(message, "Stop")
    await asyncio.sleep(2.5)


async def deleted(stage: Stage) -> None:
    """Delete was pressed: one of two answers is gone."""
    await stage.written(prompt="First:", length=100)
    message = await stage.written(prompt="Second:", length=100)
    await stage.sandbox.click(message, "Delete")
    await asyncio.sleep(1)


async def waiting(stage: Stage) -> None:
    """A full engine: Bob waits, and sees his place."""
    for seed in range(3):
        await stage.sandbox.play("generate", prompt="ROMEO:", length=4000, seed=seed, private=True)
    await stage.look_as("bob")
    run = await stage.sandbox.play("generate", prompt="JULIET:", user=stage.sandbox.bob)
    await run.answered(PATIENCE_SECONDS)


async def strangers_stop(stage: Stage) -> None:
    """Refused: Bob may not stop Alice's text."""
    await stage.look_as("bob")
    run = await stage.sandbox.click(await stage.writing(), "Stop", user=stage.sandbox.bob)
    await run.acknowledged()


async def strangers_delete(stage: Stage) -> None:
    """Refused: Bob may not delete Alice's text."""
    await stage.look_as("bob")
    await (await stage.sandbox.click(await stage.written(), "Delete", user=stage.sandbox.bob)).acknowledged()


async def forged(stage: Stage) -> None:
    """Refused: a click on a button that was never there."""
    await (await stage.sandbox.forge(await stage.written(), "delete:999999")).acknowledged()


async def same_click(stage: Stage) -> None:
    """Refused: the same click again while its answer is being written."""
    message = await stage.written(length=100)
    await (await stage.sandbox.click(message, "Again")).answered(PATIENCE_SECONDS)
    await (await stage.sandbox.click(message, "Again")).acknowledged()


async def cooldown(stage: Stage) -> None:
    """Refused: too soon after the last one, with the time to come back."""
    await stage.written(length=100)
    await stage.played("generate", prompt="Again")


async def too_many(stage: Stage) -> None:
    """Refused: one person has enough texts on the way."""
    await stage.writing()
    await stage.played("generate", prompt="Another")


async def full(stage: Stage) -> None:
    """Refused: the queue is full."""
    for seed in range(2):
        await stage.sandbox.play("generate", prompt="ROMEO:", length=4000, seed=seed, private=True)
    await stage.look_as("bob")
    await stage.played("generate", prompt="Another", user=stage.sandbox.bob)


async def switched_off(stage: Stage) -> None:
    """Refused: texts are switched off in this channel."""
    await stage.played("channel off")
    await stage.played("generate", prompt="ROMEO:")


async def preset_form(stage: Stage) -> None:
    """/preset save opens a form."""
    await (await stage.sandbox.play("preset save", name="calm")).opened()


async def preset_edit(stage: Stage) -> None:
    """/preset edit opens the form with what is kept."""
    await _calm(stage)
    await (await stage.sandbox.play("preset edit", name="calm")).opened()


async def preset_form_refused(stage: Stage) -> None:
    """Refused: a form with a temperature that is none."""
    await preset_form(stage)
    await stage.page.get_by_label("Temperature").fill("warm")
    await stage.page.get_by_role("button", name="Submit").click()
    await stage.page.locator("article").first.wait_for()


async def _calm(stage: Stage) -> None:
    await stage.played("preset save", name="calm", temperature=0.4, length=150, opening="Enter the KING.\n")


async def preset_saved(stage: Stage) -> None:
    """/preset save with its settings, and the refusal of a name that is taken."""
    await _calm(stage)
    await _calm(stage)


async def preset_used(stage: Stage) -> None:
    """/preset use."""
    await _calm(stage)
    run = await stage.sandbox.play("preset use", name="calm", prompt="KING:")
    await run.shows(has_button("Delete"), PATIENCE_SECONDS)


async def preset_completion(stage: Stage) -> None:
    """/generate preset: one's own, shared and built-in ones complete as one types."""
    await _calm(stage)
    await stage.page.locator("#entry").press_sequentially("/generate KING:")
    await stage.page.get_by_role("button", name="more").focus()
    await stage.page.get_by_role("option", name="preset").click()
    await stage.page.get_by_role("option").first.wait_for()


async def preset_list(stage: Stage) -> None:
    """/preset list and show."""
    await _calm(stage)
    await stage.played("preset list")
    await stage.played("preset show", name="calm")


async def preset_shared(stage: Stage) -> None:
    """/preset share and unshare."""
    await _calm(stage)
    await stage.played("preset share", name="calm")
    await stage.played("preset unshare", name="calm")


async def preset_share_refused(stage: Stage) -> None:
    """Refused: sharing needs Manage Server."""
    await stage.look_as("bob")
    await stage.played("preset save", name="calm", temperature=0.4, user=stage.sandbox.bob)
    await stage.played("preset share", name="calm", user=stage.sandbox.bob)


async def preset_deleted(stage: Stage) -> None:
    """/preset delete, and the refusal of one that is not there."""
    await _calm(stage)
    await stage.played("preset delete", name="calm")
    await stage.played("preset delete", name="calm")


async def preset_limit(stage: Stage) -> None:
    """Refused: as many presets as one person may keep."""
    await _calm(stage)
    await stage.played("preset save", name="wild", temperature=1.5)


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
    """Refused: Bob manages channels, not the server."""
    stage.sandbox.allow(stage.sandbox.bob, Permission.MANAGE_CHANNELS)
    await stage.look_as("bob")
    await stage.played("channel temperature", value=2.0, where="server", user=stage.sandbox.bob)


async def channel_unlocked(stage: Stage) -> None:
    """Refused: the command was shown to all, and asks for the permission again."""
    stage.sandbox.unlock("channel")
    await stage.look_as("bob")
    await stage.played("channel off", user=stage.sandbox.bob)


async def voice(stage: Stage) -> None:
    """/voice tells a member which rule won."""
    await stage.played("channel temperature", value=0.5)
    await stage.look_as("bob")
    await stage.played("voice", user=stage.sandbox.bob)


async def reload_difference(stage: Stage) -> None:
    """/admin reload after a change of the file: what holds at once, and what waits for the next start."""
    stage.configure("default_temperature: 0.8", "default_temperature: 1.2")
    stage.configure("max_running: 64", "max_running: 32")
    await stage.played("admin reload")


async def reload_refused(stage: Stage) -> None:
    """Refused: /admin reload of a faulty file; everything stays as it was."""
    stage.configure("default_temperature: 0.8", "default_temperature: warm")
    await stage.played("admin reload")


async def admin_refused(stage: Stage) -> None:
    """Refused: /admin for one whom config.yaml does not name."""
    stage.sandbox.unlock("admin")
    await stage.look_as("bob")
    await stage.played("admin status", user=stage.sandbox.bob)


async def thread(stage: Stage) -> None:
    """/generate in a thread."""
    night = stage.sandbox.start_thread(stage.sandbox.poems, "night thoughts")
    await stage.look_as("alice", "night%20thoughts")
    await stage.written(channel=night)


async def direct(stage: Stage) -> None:
    """/generate in direct messages."""
    conversation = stage.sandbox.direct_messages(stage.sandbox.alice)
    await stage.written(channel=conversation)
    await stage.look_as("alice", "Tempera")


async def phone_menu(stage: Stage) -> None:
    """Servers, channels, people and permissions."""
    stage.sandbox.start_thread(stage.sandbox.poems, "night thoughts")
    await stage.look_as("bob")
    await stage.page.set_viewport_size({"width": 390, "height": 844})
    await stage.page.get_by_role("button", name="Channels").click()


SCENES = (
    Scene("commands", commands),
    Scene("commands-of-a-member", members_commands),
    Scene("commands-in-another-server", commands_elsewhere),
    Scene("servers", phone_menu),
    Scene("generate-typed", composer),
    Scene("generate-completion", completion),
    Scene("generate-out-of-bounds", out_of_bounds),
    Scene("generate", generated),
    Scene("generate-light", light, colours="light"),
    Scene("generate-private", private),
    Scene("generate-long", long_text),
    Scene("generate-writing", writing, SLOW),
    Scene("generate-waiting", waiting, {"queue": {"max_running": 1}}),
    Scene("generate-thread", thread),
    Scene("generate-direct", direct),
    Scene("button-stop", stopped, SLOW),
    Scene("button-again", click_on("Again", "Again: Bob asks for another seed.")),
    Scene("button-hotter", click_on("Hotter", "Hotter: the temperature a step up.")),
    Scene("button-cooler", click_on("Cooler", "Cooler: the temperature a step down.")),
    Scene("button-continue", click_on("Continue", "Continue: on from the end.")),
    Scene("button-delete", deleted),
    Scene("refused-stop", strangers_stop, SLOW),
    Scene("refused-delete", strangers_delete),
    Scene("refused-forged", forged),
    Scene("refused-same-click", same_click, SLOW),
    Scene("refused-cooldown", cooldown, {"fairness": {"cooldown_seconds": 60.0}}),
    Scene("refused-too-many", too_many, SLOW | {"fairness": {"max_running_per_user": 1}}),
    Scene("refused-queue-full", full, {"queue": {"max_running": 1, "max_waiting": 1}}),
    Scene("refused-model", answer_to("Refused: no such model.", "generate", prompt="ROMEO:", model="nobody")),
    Scene("refused-alphabet", answer_to("Refused: the model knows none of the characters.", "generate", prompt="日本")),
    Scene("refused-channel-off", switched_off),
    Scene("preset-save-form", preset_form),
    Scene("preset-form-refused", preset_form_refused),
    Scene("preset-save", preset_saved),
    Scene("preset-edit", preset_edit),
    Scene("preset-use", preset_used),
    Scene("preset-completion", preset_completion),
    Scene("preset-list", preset_list),
    Scene("preset-share", preset_shared),
    Scene("preset-share-refused", preset_share_refused),
    Scene("preset-delete", preset_deleted),
    Scene("preset-limit", preset_limit, {"presets": {"per_user": 1}}),
    Scene("channel-set", channel_set),
    Scene("channel-off-on", channel_off_on),
    Scene("channel-show", channel_show),
    Scene("channel-refused", channel_refused),
    Scene("channel-unlocked", channel_unlocked),
    Scene("voice", voice),
    Scene("models", answer_to("/models", "models")),
    Scene("models-card", answer_to("/models with a name", "models", model="shakespeare")),
    Scene("help", answer_to("/help", "help")),
    Scene("admin-status", answer_to("/admin status", "admin status")),
    Scene("admin-reload", answer_to("/admin reload", "admin reload")),
    Scene("admin-reload-difference", reload_difference),
    Scene("admin-reload-refused", reload_refused),
    Scene("admin-refused", admin_refused),
)
