"""As shipped, Discord sends the bot no messages, and none is answered."""

import pytest

from tests.bot.conftest import Room, written

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_mention_is_no_prompt_unless_the_owner_wants_it(room: Room) -> None:
    assert not room.bot.intents.messages
    message = await room.sandbox.post(f"<@{room.sandbox.bot.id}> romeo")
    await (await room.play(prompt="Oh", length=5)).shows(written)
    assert not [each for each in room.sandbox.messages if each.reply_to == message]
