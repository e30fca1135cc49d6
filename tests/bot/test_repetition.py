"""An answer that ended in a loop says so, and a button leads out of it."""

import pytest

from tempera.bot.answers.clicks.escape import before_loop
from tempera.bot.replies.answer import REPEATING
from tempera.models.loops import ends_in_loop
from tests.bot.conftest import FINAL, Room, labels, row_of, written

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_greedy_answer_repeats_itself_and_a_hotter_one_does_not(room: Room) -> None:
    greedy = await (await room.play(prompt="Oh", temperature=0.0, length=1000)).shows(written)
    assert f"\n-# {REPEATING}\n-# tiny · T 0" in greedy.content
    hot = await (await room.play(prompt="Oh", temperature=2.0, length=1000)).shows(written)
    assert REPEATING not in hot.content
    assert labels(hot) == [label for label in FINAL if label != "Hotter"]


async def test_one_click_leads_out_of_a_loop(room: Room) -> None:
    greedy = await (await room.play(prompt="Oh", temperature=0.0, length=500)).shows(written)
    before = await row_of(room, greedy)
    assert ends_in_loop(before.text)
    answer = await (await room.sandbox.click(greedy, "Break the loop", user=room.sandbox.bob)).shows(written)
    row = await row_of(room, answer)
    kept = row.prompt.removeprefix(before.prompt)
    assert kept
    assert before.text.startswith(kept)
    assert not ends_in_loop(kept)
    assert f"\n-# Cut: {len(before.text) - len(kept)} repeated characters.\n" in answer.content
    assert not ends_in_loop(row.text)
    assert 0 < row.params["temperature"] <= 2
    assert (row.first_draw, row.parent_id) == (len(kept), before.id)
    assert "Break the loop" not in labels(answer)


async def test_a_loop_is_noticed_although_the_text_was_brought_to_an_end(room: Room) -> None:
    with room.changed(generation={"default_finish": "sentence"}):
        greedy = await (await room.play(prompt="Oh", temperature=0.0, length=500)).shows(written)
    assert REPEATING in greedy.content
    assert "Break the loop" in labels(greedy)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("It was late. " + "and so on " * 20, "It was late. and so on"),
        ("It was late. " + "na" * 90, "It was late. na"),
        ("no loop here", "no loop here"),
        ("", ""),
        ("and so on " * 20 + "until the end.", "and so on and"),
    ],
)
async def test_one_round_of_a_loop_is_kept_up_to_the_end_of_a_word(text: str, kept: str) -> None:
    assert text[: before_loop(text)].rstrip() == kept.rstrip()
