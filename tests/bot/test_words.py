"""A model of words on Discord: its prompt, its text, its buttons, its card."""

from pathlib import Path

import pytest

from tempera.bot.commands.models import model_view
from tempera.bot.replies.models import page
from tests.bot.conftest import Room, row_of
from tests.bot.test_buttons import finished
from tests.fixtures_models import write_small_words

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One model, `tiny`, whose tokens are words."""
    folder = tmp_path_factory.mktemp("words")
    write_small_words(folder, "tiny", scale=4.0)
    return folder


async def test_the_answer_keeps_the_users_words_and_tells_which_are_unknown(room: Room) -> None:
    message = await finished(await room.play(prompt="come, NIGHT gizmo ", seed=3, length=60))
    assert message.content.startswith("**come, NIGHT gizmo** ")
    assert "\n-# Not in this model's vocabulary: NIGHT → night, gizmo unknown\n" in message.content
    row = await row_of(room, message)
    assert 40 < len(row.text) <= 60
    assert not row.text.startswith(" ")


async def test_a_continuation_is_what_a_longer_text_would_have_been(room: Room) -> None:
    whole = await row_of(room, await finished(await room.play(prompt="come, gizmo's ", seed=3, length=300)))
    first = await finished(await room.play(prompt="come, gizmo's ", seed=3, length=100))
    second = await finished(await room.sandbox.click(first, "Continue"))
    third = await finished(await room.sandbox.click(second, "Continue"))
    rows = [await row_of(room, message) for message in (first, second, third)]
    text = "".join(row.text for row in rows)
    assert 260 < len(text) <= 300
    assert whole.text.startswith(text)
    assert [row.first_draw for row in rows] == [0, len(rows[0].text), len(rows[0].text) + len(rows[1].text)]


async def test_a_prompt_of_unknown_words_is_refused_privately(room: Room) -> None:
    message = await (await room.play(prompt="gizmo 漢字")).answered()
    assert message.ephemeral
    assert message.content == (
        "tiny knows none of the words in your prompt: gizmo, 漢字\nUse other words, or another model."
    )


async def test_a_card_shows_the_most_frequent_words(room: Room) -> None:
    card = room.bot.resources.library.card("tiny")
    shown = {
        field.name: field.value or "" for field in page(model_view(card, room.bot.resources.settings), "en-US").fields
    }
    words = shown[f"Knows {len(card.tokens):,} words"]
    assert words.startswith(", ")
    assert len(words) > 150
    assert "ROMEO" in words
