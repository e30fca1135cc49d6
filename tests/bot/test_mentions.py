"""Where the owner wants it, a mention of the bot, a reply to it or a direct message is a prompt; nobody is pinged."""

from collections.abc import Callable

import pytest

from tempera.bot.replies.markdown import literal
from tempera.sandbox.state.guilds import User
from tempera.sandbox.state.interactions import StoredMessage
from tests.bot.conftest import Room, ended, labels, written
from tests.patience import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECTIONS = {"generation": {"answer_mentions": True}}


async def answer_to(
    room: Room, message: StoredMessage, wanted: Callable[[StoredMessage], bool] = written
) -> StoredMessage:
    """Return the bot's reply to a message, once it is as wanted."""

    def replies() -> list[StoredMessage]:
        return [each for each in room.sandbox.messages if each.reply_to == message and wanted(each)]

    await until(lambda: bool(replies()))
    (answer,) = replies()
    return answer


def mention(user: User) -> str:
    return f"<@{user.id}>"


async def test_a_mention_is_a_prompt(room: Room) -> None:
    message = await room.sandbox.post(
        f"{mention(room.sandbox.bot)} **Once** upon, {mention(room.sandbox.alice)}", user=room.sandbox.bob
    )
    answer = await answer_to(room, message)
    row = await room.row(await room.last_row(), ended)
    assert (row.user_id, row.prompt) == (room.sandbox.bob.id, f"Once upon, @{room.sandbox.alice.display_name}")
    assert literal(row.text) in answer.content
    assert not answer.pings


async def test_its_buttons_work_and_it_grows_and_stops(room: Room) -> None:
    slow = {
        "answer_mentions": True,
        "pace_characters_per_second": 100,
        "edit_interval_seconds": 0.2,
        "default_length": 2000,
    }
    with room.changed(generation=slow):
        message = await room.sandbox.post(f"{mention(room.sandbox.bot)} romeo")
        growing = await answer_to(room, message, lambda shown: len(shown.content) > 60)
        await (await room.sandbox.click(growing, "Stop")).acknowledged()
        answer = await answer_to(room, message)
    assert "\n-# Stopped.\n" in answer.content
    again = await (await room.sandbox.click(answer, "Cooler", user=room.sandbox.bob)).shows(written)
    assert "Delete" in labels(again)
    await (await room.sandbox.click(answer, "Delete")).acknowledged()
    await until(lambda: answer.deleted)


async def test_a_reply_and_a_direct_message_are_prompts(room: Room) -> None:
    first = await (await room.play(prompt="Oh", length=10)).shows(written)
    await answer_to(room, await room.sandbox.post("and then", reply_to=first))
    assert (await room.row(await room.last_row(), ended)).prompt == "and then"
    channel = room.sandbox.dm_channel(room.sandbox.bob)
    await answer_to(room, await room.sandbox.post("hello you", user=room.sandbox.bob, channel=channel))
    row = await room.row(await room.last_row(), ended)
    assert (row.prompt, row.guild_id) == ("hello you", None)


async def test_what_is_refused_is_told_and_shares_the_limits(room: Room) -> None:
    empty = await room.sandbox.post(mention(room.sandbox.bot))
    assert "no text to continue" in (await answer_to(room, empty, lambda _: True)).content
    with room.changed(fairness={"cooldown_seconds": 60.0}):
        message = await room.sandbox.post(f"{mention(room.sandbox.bot)} romeo")
        assert "<t:" in (await answer_to(room, message, lambda _: True)).content
    await (await room.sandbox.invoke("channel off")).answered()
    try:
        message = await room.sandbox.post(f"{mention(room.sandbox.bot)} romeo")
        assert "turned off" in (await answer_to(room, message, lambda _: True)).content
    finally:
        await (await room.sandbox.invoke("channel on")).answered()


async def test_a_prompt_that_is_gone_is_answered_in_its_channel(room: Room) -> None:
    with room.decoder_asleep():
        message = await room.sandbox.post(f"{mention(room.sandbox.bot)} romeo")
        count = len(room.sandbox.messages)
        message.deleted = True
    await until(lambda: len(room.sandbox.messages) == count and written(room.sandbox.messages[-1]))
    assert room.sandbox.messages[-1].reply_to is None


async def test_other_messages_and_bots_are_left_alone(room: Room) -> None:
    before, count = await room.last_row(), len(room.sandbox.messages)
    await room.sandbox.post("just chatting")
    await room.sandbox.post(f"hello {mention(room.sandbox.alice)}", user=room.sandbox.bob)
    await answer_to(room, await room.sandbox.post(f"{mention(room.sandbox.bot)} romeo"))
    assert await room.last_row() == before + 1
    assert len(room.sandbox.messages) == count + 4
