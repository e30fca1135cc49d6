"""The interface in five languages: what one person sees in theirs, what everybody sees in the server's."""

from collections.abc import Awaitable, Callable

from tests.gallery.scene import Scene
from tests.gallery.stage import PATIENCE_SECONDS, Stage

PROMPTS = {"en-US": "Once upon a time", "de": "Es war einmal", "fr": "Il était une fois"}
PROMPTS |= {"es-ES": "Había una vez", "ja": "吾輩は猫である。"}


def spoken(locale: str, prompt: str) -> Callable[[Stage], Awaitable[object]]:
    """Return the scene of a text, a refusal and the list of commands in a language."""

    async def play(stage: Stage) -> None:
        sandbox = stage.sandbox
        sandbox.locales[sandbox.alice.id] = locale
        sandbox.set_guild_locale(sandbox.guild, locale)
        await stage.page.reload()
        run = await sandbox.invoke("generate", prompt=prompt, model="multilingual", seed=7, length=160)
        await run.shows(lambda message: len(message.buttons) > 3, PATIENCE_SECONDS)
        await stage.played("generate", prompt=prompt, model="nobody")
        await stage.played("history list")
        await stage.page.locator("#entry").press_sequentially("/")
        await stage.page.locator("#suggestions").wait_for()

    play.__doc__ = f"The page for somebody who uses Discord in {locale}, in a server of that language."
    return play


SCENES = [Scene(f"language-{locale}", spoken(locale, prompt)) for locale, prompt in PROMPTS.items()]
