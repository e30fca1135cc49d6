"""Continue this: a message's menu takes its text as the prompt, and an answer's goes on as its button would."""

import pytest

from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.state.interactions import StoredMessage
from tests.bot.conftest import Room, row_of, written

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def continue_this(room: Room, message: StoredMessage) -> Exchange:
    return await room.sandbox.invoke_on(message, "Continue this", user=room.sandbox.bob)


async def test_anyones_message_is_a_prompt(room: Room) -> None:
    message = await room.sandbox.post(f"**Once** upon a time, <@{room.sandbox.alice.id}>")
    answer = await (await continue_this(room, message)).shows(written)
    row = await row_of(room, answer)
    assert row.prompt == f"Once upon a time, @{room.sandbox.alice.display_name}"
    assert (row.user_id, row.channel_id) == (room.sandbox.bob.id, message.channel.id)
    assert not answer.pings
    assert not answer.ephemeral


async def test_only_the_end_of_a_long_message_is_read(room: Room) -> None:
    message = await room.sandbox.post("so it goes " * 180)
    answer = await (await continue_this(room, message)).shows(written)
    assert (await row_of(room, answer)).prompt == message.content.strip()[-1500:]


async def test_an_answer_goes_on_from_its_end(room: Room) -> None:
    first = await (await room.play(prompt="romeo", length=40, seed=3)).shows(written)
    before = await row_of(room, first)
    answer = await (await continue_this(room, first)).shows(written)
    row = await row_of(room, answer)
    assert (row.prompt, row.parent_id, row.first_draw) == ("romeo" + before.text, before.id, 40)


async def test_a_message_without_text_is_refused(room: Room) -> None:
    message = await room.sandbox.post("\u200b\u200b")
    message.content = ""
    refusal = await (await continue_this(room, message)).answered()
    assert refusal.ephemeral
    assert refusal.content == "This message has no text to continue. Choose one with text, or use /generate."


async def test_where_texts_are_off_nothing_is_continued(room: Room) -> None:
    message = await room.sandbox.post("Once upon a time")
    await (await room.sandbox.invoke("channel off")).answered()
    try:
        assert (await (await continue_this(room, message)).answered()).ephemeral
    finally:
        await (await room.sandbox.invoke("channel on")).answered()
