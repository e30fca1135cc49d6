"""What helps people feel the dial: comparisons, pictures, the form of Edit, the way out of a loop, the lab."""

import asyncio

from tests.gallery.scene import Scene
from tests.gallery.stage import PATIENCE_SECONDS, Stage, has_button


async def compared(stage: Stage) -> None:
    """/compare: one prompt and seed at four temperatures, with a button to go on from each."""
    run = await stage.sandbox.invoke("compare", prompt="Once upon a time", seed=7, length=150)
    await run.shows(has_button("Delete"), PATIENCE_SECONDS)


async def compared_models(stage: Stage) -> None:
    """/compare by model."""
    run = await stage.sandbox.invoke("compare", prompt="The king", by="model", seed=7, length=120)
    await run.shows(has_button("Delete"), PATIENCE_SECONDS)


async def dial(stage: Stage) -> None:
    """/dial: the odds of the next character, as a picture and in words."""
    await stage.played("dial", prompt="To be, or not to b")
    await stage.played("dial", prompt="To be, or not to be, that is th")


async def dial_japanese(stage: Stage) -> None:
    """/dial in Japanese, in the light theme."""
    await stage.played("dial", prompt="吾輩は猫であ", model="multilingual")


async def surprise(stage: Stage) -> None:
    """Show surprise: the text again, each character colored by how unlikely it was."""
    message = await stage.written(length=250)
    run = await stage.sandbox.click(message, "Show surprise")
    await run.shows(lambda shown: bool(shown.attachments), PATIENCE_SECONDS)
    await asyncio.sleep(1)


async def edit(stage: Stage) -> None:
    """Edit: the prompt and the parameters of a text, for a new one."""
    await stage.written(length=150)
    await stage.page.get_by_role("button", name="Edit").click()
    await stage.page.locator("#dialog").wait_for()


async def loop(stage: Stage) -> None:
    """Break the loop: the text goes on where it began to repeat itself, hotter."""
    message = await stage.written(prompt="The ", temperature=0.0, length=600, model="essays")
    run = await stage.sandbox.click(message, "Break the loop", user=stage.sandbox.bob)
    await run.shows(has_button("Delete"), PATIENCE_SECONDS)


async def language(stage: Stage) -> None:
    """A prompt in another language goes to the model that speaks it."""
    await stage.written(prompt="Le chat est sur la table et")


async def continued(stage: Stage) -> None:
    """Continue this: any message is a prompt."""
    message = await stage.sandbox.post("It was a dark and stormy night", user=stage.sandbox.bob)
    run = await stage.sandbox.invoke_on(message, "Continue this")
    await run.shows(has_button("Delete"), PATIENCE_SECONDS)


async def lab(stage: Stage) -> None:
    """The Temperature lab: a text rewrites itself while the slider moves."""
    await stage.page.goto(f"{stage.sandbox.url}/lab")
    await stage.page.locator("#text [role=button]").nth(40).click()
    await stage.page.locator("#choices button").first.wait_for()


SCENES = (
    Scene("compare", compared),
    Scene("compare-models", compared_models, colours="light"),
    Scene("dial", dial),
    Scene("dial-japanese", dial_japanese, colours="light"),
    Scene("surprise", surprise),
    Scene("edit", edit),
    Scene("break-the-loop", loop),
    Scene("follow-language", language),
    Scene("continue-this", continued),
    Scene("lab", lab),
    Scene("lab-light", lab, colours="light"),
)
