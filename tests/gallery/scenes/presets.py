"""/preset and its form."""

from tempera.storage.presets import PresetValues, save_preset
from tests.gallery.scene import Scene
from tests.gallery.stage import PATIENCE_SECONDS, Stage, has_button


async def _calm(stage: Stage) -> None:
    await stage.played("preset save", name="calm", temperature=0.4, length=150, opening="Enter the KING.\n")


async def preset_form(stage: Stage) -> None:
    """/preset save opens a form."""
    await (await stage.sandbox.invoke("preset save", name="calm")).modal_opened()


async def preset_edit(stage: Stage) -> None:
    """/preset edit opens the form with the stored values."""
    await _calm(stage)
    await (await stage.sandbox.invoke("preset edit", name="calm")).modal_opened()


async def preset_form_refused(stage: Stage) -> None:
    """Refused: a form with an invalid temperature."""
    await preset_form(stage)
    await stage.page.get_by_label("Temperature").fill("warm")
    await stage.page.get_by_role("button", name="Submit").click()
    await stage.page.locator("article").first.wait_for()


async def preset_saved(stage: Stage) -> None:
    """/preset save with options, and the refusal of a name that is taken."""
    await _calm(stage)
    await _calm(stage)


async def preset_used(stage: Stage) -> None:
    """/preset use."""
    await _calm(stage)
    run = await stage.sandbox.invoke("preset use", name="calm", prompt="KING:")
    await run.shows(has_button("Delete"), PATIENCE_SECONDS)


async def preset_completion(stage: Stage) -> None:
    """Autocomplete for presets: your own, shared and built-in ones."""
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
    """/preset delete, and the refusal of one that doesn't exist."""
    await _calm(stage)
    await stage.played("preset delete", name="calm")
    await stage.played("preset delete", name="calm")


async def preset_model_gone(stage: Stage) -> None:
    """A preset whose model no longer exists: what it sets, and the refusal, which lists other models."""
    assert stage.bot
    database, values = stage.bot.resources.database, PresetValues(model="sonnets", params={"temperature": 0.6})
    await save_preset(database, stage.sandbox.alice.id, "dusk", values, limit=1)
    await stage.played("preset show", name="dusk")
    await stage.played("generate", prompt="ROMEO:", preset="dusk")


async def preset_limit(stage: Stage) -> None:
    """Refused: one preset more than a person can have."""
    await _calm(stage)
    await stage.played("preset save", name="wild", temperature=1.5)


async def pinned(stage: Stage) -> None:
    """A server's pinned presets are buttons under every answer there."""
    for name, temperature in (("calm", 0.4), ("wild", 1.3)):
        await stage.played("preset save", name=name, temperature=temperature, description=f"{name.capitalize()} verse")
        await stage.played("preset share", name=name)
        await stage.played("preset pin", name=name)
    await stage.written(length=150)


SCENES = (
    Scene("preset-pin", pinned),
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
    Scene("preset-model-gone", preset_model_gone),
    Scene("preset-limit", preset_limit, {"presets": {"per_user": 1}}),
)
