"""A prompt in a language that the default model doesn't speak goes to a model that does, and the answer says so."""

from pathlib import Path

import pytest

from tempera.bot.scopes.follow import known_share, tells_a_language
from tempera.models.library import Library
from tests.bot.conftest import Room, row_of, written
from tests.fixtures_models import write_small

pytestmark = pytest.mark.asyncio(loop_scope="module")

RELEASED = Path(__file__).parents[2] / "models" / "checkpoints"
FRENCH, JAPANESE = "Le chat est sur la table et", "吾輩は猫である"


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tiny`, the default, speaks English alone; `multilingual` is the released model."""
    folder = tmp_path_factory.mktemp("follow")
    for name in ("tiny", "other"):
        write_small(folder, name)
    (folder / "multilingual").symlink_to(RELEASED / "multilingual")
    return folder


@pytest.mark.parametrize(
    ("prompt", "code", "name"),
    [
        (FRENCH, "fr", "français"),
        ("Der Hund lief über die Straße und", "de", "Deutsch"),
        ("Había una vez un rey que", "es", "español"),
        (JAPANESE, "ja", "日本語"),
        ("猫が", "ja", "日本語"),  # by its script at once, however short
    ],
)
async def test_a_prompt_goes_to_the_model_that_speaks_its_language(
    room: Room, prompt: str, code: str, name: str
) -> None:
    message = await (await room.play(prompt=prompt, length=20, seed=1)).shows(written)
    row = await row_of(room, message)
    assert (row.model, row.language) == ("multilingual", code)
    assert message.content.endswith(f"\n-# multilingual · {name}, detected · T 0.5 · seed 1")


@pytest.mark.parametrize(
    "prompt",
    [
        "ROMEO: What light through yonder",
        "Le chat est",
        "haaaaaaaaaaaaaaaaaaa!",
        "Elon Musk tweets again",
        "1 2 3 4 5 6 7 8 9 10",
    ],
)
async def test_the_default_model_keeps_its_own_language_and_what_tells_none(room: Room, prompt: str) -> None:
    message = await (await room.play(prompt=prompt, length=20)).shows(written)
    assert (await row_of(room, message)).model == "tiny"
    assert "detected" not in message.content


async def test_a_model_that_was_named_is_kept(room: Room) -> None:
    message = await (await room.play(prompt=FRENCH, length=20, model="other")).shows(written)
    assert (await row_of(room, message)).model == "other"
    await (await room.sandbox.invoke("channel model", name="other")).answered()
    try:
        message = await (await room.play(prompt=FRENCH, length=20)).shows(written)
        assert (await row_of(room, message)).model == "other"
    finally:
        await (await room.sandbox.invoke("channel reset")).answered()


async def test_an_owner_can_turn_it_off(room: Room) -> None:
    with room.changed(models={"follow_language": False}):
        message = await (await room.play(prompt=FRENCH, length=20)).shows(written)
        assert (await row_of(room, message)).model == "tiny"
        refusal = await (await room.play(prompt=JAPANESE)).answered()
    assert refusal.ephemeral
    assert refusal.content.endswith("A model that knows them: multilingual. Name it with the option model.")


async def test_a_default_model_that_is_damaged_is_said_to_be(room: Room) -> None:
    folder = write_small(room.bot.resources.library.folder, "damaged")
    (folder / "model.json").write_text("{}")
    with room.changed(models={"default": "damaged"}):
        refusal = await (await room.play(prompt=FRENCH)).answered()
    assert "This model's files are damaged" in refusal.content


async def test_buttons_stay_with_the_model_that_was_found(room: Room) -> None:
    message = await (await room.play(prompt=FRENCH, length=20)).shows(written)
    answer = await (await room.sandbox.click(message, "Hotter")).shows(written)
    row = await row_of(room, answer)
    assert (row.model, row.language) == ("multilingual", "fr")


async def test_letters_are_counted_without_their_accents() -> None:
    library = Library(RELEASED)
    assert known_share(library.card("shakespeare"), "Où est l'été?") == 1
    assert known_share(library.card("shakespeare-words"), "猫 cat") == 0.75
    assert known_share(library.card("shakespeare"), "123") == 1
    assert not tells_a_language("Le chat est")
    assert tells_a_language(FRENCH)
