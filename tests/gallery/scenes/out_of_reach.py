"""Answers and forms that the bot can no longer reach: their tokens have expired, or the bot was killed."""

from tempera.bot.replies.answer import WRITING, Ending
from tempera.sandbox.state.interactions import StoredMessage
from tests.bot.processes import bot_process, online
from tests.gallery.scene import SLOW, Scene
from tests.gallery.stage import PATIENCE_SECONDS, Stage, has_button


async def _out_of_reach(stage: Stage) -> StoredMessage:
    """Let a private answer's token end in mid-text, and the text go on to its end."""
    message = await stage.writing(length=300, private=True)
    stage.sandbox.expire_tokens()
    await stage.all_written()
    return message


async def old_token(stage: Stage) -> None:
    """Expired: Discord allows edits of a private answer for 15 minutes only. The text goes on, but isn't shown."""
    await _out_of_reach(stage)


async def old_token_stop(stage: Stage) -> None:
    """Stop under an expired answer shows the whole text."""
    click = await stage.sandbox.click(await _out_of_reach(stage), "Stop")
    await click.shows(has_button("Delete"), PATIENCE_SECONDS)


async def _killed_in_mid_text(stage: Stage) -> StoredMessage:
    stage.configure("pace_characters_per_second: 0 ", "pace_characters_per_second: 60 ")
    async with bot_process(stage.sandbox, stage.config) as bot:
        await online(stage.sandbox)
        message = await stage.writing()
        bot.process.kill()
        await bot.ends()
    return message


async def crash(stage: Stage) -> None:
    """The bot was killed while it was writing: the message stays as it was."""
    assert WRITING in (await _killed_in_mid_text(stage)).content


async def crash_stop(stage: Stage) -> None:
    """After the next start, Stop completes an answer that a crash interrupted, with its stored text and buttons."""
    message = await _killed_in_mid_text(stage)
    async with bot_process(stage.sandbox, stage.config):
        await online(stage.sandbox)
        await (await stage.sandbox.click(message, "Stop")).shows(Ending.INTERRUPTED, PATIENCE_SECONDS)


async def form_gone(stage: Stage) -> None:
    """Refused: a form that was open while the bot restarted; the user gets back what they typed."""
    async with bot_process(stage.sandbox, stage.config):
        await online(stage.sandbox)
        await (await stage.sandbox.invoke("preset save", name="calm")).modal_opened(PATIENCE_SECONDS)
    async with bot_process(stage.sandbox, stage.config):
        await online(stage.sandbox)
        await stage.page.get_by_label("Temperature").fill("0.4")
        await stage.page.get_by_label("Opening text").fill("Enter the KING.\n")
        await stage.page.get_by_role("button", name="Submit").click()
        await stage.page.locator("article").first.wait_for()


SCENES = (
    Scene("old-token", old_token, SLOW),
    Scene("old-token-stop", old_token_stop, SLOW),
    Scene("crash", crash, bot=False),
    Scene("crash-stop", crash_stop, bot=False),
    Scene("refused-form-gone", form_gone, bot=False),
)
