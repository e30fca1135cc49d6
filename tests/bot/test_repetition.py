"""An answer that ended in a loop says so, and its button leads out of it."""

import pytest

from tempera.bot.replies.answer import REPEATING
from tests.bot.conftest import Room, written

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_greedy_answer_repeats_itself_and_a_hotter_one_does_not(room: Room) -> None:
    greedy = await (await room.play(prompt="Oh", temperature=0.0, length=1000)).shows(written)
    assert f"\n-# {REPEATING}\n-# tiny · T 0 · " in greedy.content
    hot = await (await room.play(prompt="Oh", temperature=2.0, length=1000)).shows(written)
    assert REPEATING not in hot.content
