"""/channel and /settings: what admins set for a scope holds there and below it, and everyone can see why."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete

from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.state.errors import CommandHidden
from tempera.sandbox.state.guilds import Channel
from tempera.storage.servers.channel_settings import SERVER, ScopeSettings, change, settings_of
from tempera.storage.tables import ChannelSettingRow
from tempera.storage.texts.history import Generation
from tests.bot.conftest import Room, ended, written

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def nothing_is_set(room: Room) -> AsyncIterator[None]:
    yield
    await room.bot.resources.database.write(lambda session: session.execute(delete(ChannelSettingRow)))


@dataclass(frozen=True)
class Where:
    """A thread and what is around it."""

    thread: Channel
    channel: Channel
    category: Channel


@pytest.fixture
def where(room: Room) -> Where:
    """A thread of its own for each test."""
    category = next(channel for channel in room.sandbox.guild.channels if channel.kind == 4)
    return Where(room.sandbox.start_thread(room.sandbox.poems, "night"), room.sandbox.poems, category)


async def says(exchange: Exchange) -> str:
    """Return a private answer."""
    message = await exchange.answered()
    assert message.ephemeral
    return message.content


async def set_in(room: Room, command: str, **options: Any) -> str:
    return await says(await room.sandbox.invoke(f"channel {command}", **options))


async def text_in(room: Room, channel: Channel, **options: Any) -> Generation:
    """Return the row of a text written in a channel."""
    await (await room.play(prompt="oh", channel=channel, **options)).shows(written)
    return await room.row(await room.last_row(), ended)


async def stored(room: Room, channel: Channel | None = None) -> ScopeSettings | None:
    scope_id = channel.id if channel else SERVER
    return (await settings_of(room.bot.resources.database, room.sandbox.guild.id, [scope_id])).get(scope_id)


async def test_what_is_set_for_a_channel_holds_there_alone(room: Room, where: Where) -> None:
    await set_in(room, "model", name="other", channel=where.channel)
    await set_in(room, "temperature", value=0.0, channel=where.channel)
    answer = await set_in(room, "length", characters=7, channel=where.channel)
    assert answer.startswith("Set for this channel: 7 characters.\nHere, /generate uses:\n")
    here, elsewhere = await text_in(room, where.channel), await text_in(room, room.sandbox.general)
    assert (here.model, here.params["temperature"], here.params["length"]) == ("other", 0.0, 7)
    assert (elsewhere.model, elsewhere.params["temperature"], elsewhere.params["length"]) == ("tiny", 0.8, 100)


async def test_a_thread_inherits_and_the_nearest_scope_wins(room: Room, where: Where) -> None:
    for length, scope in ((14, "server"), (13, "category"), (12, "channel"), (11, "thread")):
        await set_in(room, "length", characters=length, where=scope, channel=where.thread)
        assert (await text_in(room, where.thread)).params["length"] == length
    assert (await text_in(room, where.channel)).params["length"] == 12
    assert (await text_in(room, room.sandbox.general)).params["length"] == 13  # of the same category
    assert (await text_in(room, where.thread, length=10)).params["length"] == 10


async def test_without_a_scope_the_nearest_is_meant(room: Room, where: Where) -> None:
    await set_in(room, "length", characters=5, channel=where.thread)
    await set_in(room, "length", characters=6, channel=where.channel)
    assert await stored(room, where.thread) == ScopeSettings(params={"length": 5})
    assert await stored(room, where.channel) == ScopeSettings(params={"length": 6})


async def test_a_preset_wins_over_the_channel_and_an_option_over_the_preset(room: Room, where: Where) -> None:
    await set_in(room, "temperature", value=0.3, channel=where.channel)
    assert (await text_in(room, where.channel)).params["temperature"] == 0.3
    assert (await text_in(room, where.channel, preset="brainstorm")).params["temperature"] == 1.2
    assert (await text_in(room, where.channel, preset="brainstorm", temperature=0.1)).params["temperature"] == 0.1


async def test_presets_complete_as_you_type(room: Room) -> None:
    choices = await room.sandbox.autocomplete("generate", "preset", "ee")
    assert [choice.value for choice in choices] == ["greedy"]


async def test_the_former_name_of_settings_still_answers_and_says_the_new_one(room: Room) -> None:
    former = await (await room.sandbox.invoke("voice")).answered()
    today = await (await room.sandbox.invoke("settings")).answered()
    assert former.ephemeral
    assert former.content == f"-# /voice is now /settings; the old name will go away.\n{today.content}"


async def test_where_texts_are_off_they_are_refused_privately(room: Room, where: Where) -> None:
    await set_in(room, "off", where="server", channel=where.channel)
    rows = await room.last_row()
    exchange = await room.play(prompt="oh", channel=where.thread, user=room.sandbox.bob)
    assert (await exchange.acknowledged()).kind == "reply"
    assert (await says(exchange)).startswith(
        "/generate is turned off for this server. Ask an admin of this server. /settings"
    )
    assert await room.last_row() == rows
    await set_in(room, "on", channel=where.thread)
    await text_in(room, where.thread)
    assert "/generate is turned off" in await says(await room.play(prompt="oh", channel=where.channel))


async def test_an_old_texts_buttons_write_nothing_where_texts_are_off(room: Room, where: Where) -> None:
    message = await (await room.play(prompt="oh", channel=where.channel, length=5)).shows(written)
    await set_in(room, "off", channel=where.channel)
    rows = await room.last_row()
    exchange = await room.sandbox.click(message, "Again")
    assert "/generate is turned off for this channel. Try another channel. /settings" in await says(exchange)
    assert await room.last_row() == rows


REPORT = r"""Here, /generate uses:
\*\*model other\*\* · set for the category writing
\*\*temperature 0\.5\*\* · set for this thread
\*\*100 characters\*\* · default
\*\*finish exact\*\* · default

Settings by scope, nearest first:
This thread: temperature 0\.5
This channel: nothing
The category writing: model other
This server: temperature 1\.5
-# Options of /generate override a preset, .+"""


async def test_everyone_sees_the_origin_of_each_value(room: Room, where: Where) -> None:
    await set_in(room, "model", name="other", where="category", channel=where.thread)
    await set_in(room, "temperature", value=1.5, where="server", channel=where.thread)
    await set_in(room, "temperature", value=0.5, channel=where.thread)
    seen = await says(await room.sandbox.invoke("settings", user=room.sandbox.bob, channel=where.thread))
    assert re.fullmatch(REPORT, seen), seen
    assert await set_in(room, "show", channel=where.thread) == seen


async def test_a_switch_is_explained_too(room: Room, where: Where) -> None:
    await set_in(room, "off", where="category", channel=where.channel)
    seen = await says(await room.sandbox.invoke("settings", channel=where.thread))
    assert seen.startswith("/generate is **off** here, turned off for the category writing. It would use:\n")
    assert "\nThe category writing: off\n" in seen


async def test_in_direct_messages_only_the_defaults_hold(room: Room) -> None:
    await set_in(room, "length", characters=5, where="server")
    messages = room.sandbox.dm_channel(room.sandbox.bob)
    seen = await says(await room.sandbox.invoke("settings", user=room.sandbox.bob, channel=messages))
    assert "**100 characters** · default" in seen
    assert "What is set" not in seen


async def test_a_reset_forgets_one_setting_or_all(room: Room, where: Where) -> None:
    await set_in(room, "length", characters=5, channel=where.channel)
    await set_in(room, "temperature", value=0.5, channel=where.channel)
    await set_in(room, "off", channel=where.channel)
    assert (await set_in(room, "reset", setting="enabled", channel=where.channel)).startswith("Cleared for this chan")
    assert await stored(room, where.channel) == ScopeSettings(params={"length": 5, "temperature": 0.5})
    await set_in(room, "length", characters=9, channel=where.thread)
    await set_in(room, "reset", channel=where.channel)
    assert await stored(room, where.channel) is None
    assert await stored(room, where.thread) == ScopeSettings(params={"length": 9})


async def test_a_model_that_is_not_there_is_refused(room: Room, where: Where) -> None:
    assert "There is no model called nobody" in await set_in(room, "model", name="nobody", channel=where.channel)
    assert await stored(room, where.channel) is None
    choices = await room.sandbox.autocomplete("channel model", "name", "ti")
    assert [choice.value for choice in choices] == ["tiny"]


async def test_a_scope_that_is_not_around_is_refused(room: Room, where: Where) -> None:
    answer = await set_in(room, "off", where="thread", channel=where.channel)
    assert answer == "This isn't a thread. Choose another scope."


async def test_a_channels_model_that_is_gone_is_said_plainly(room: Room, where: Where) -> None:
    await change(room.bot.resources.database, room.sandbox.guild.id, where.channel.id, model="gone")
    answer = await says(await room.play(prompt="oh", channel=where.thread))
    assert answer == "The model gone no longer exists (set for this channel). Choose another one: other, tiny."
    assert "This model no longer exists. Choose another one: other, tiny." in await set_in(
        room, "show", channel=where.channel
    )
    await text_in(room, where.channel, model="tiny")


async def test_discord_hides_the_command_from_members(room: Room) -> None:
    with pytest.raises(CommandHidden):
        await room.sandbox.invoke("channel off", user=room.sandbox.bob)
    with pytest.raises(CommandHidden):
        await room.sandbox.invoke("channel show", channel=room.sandbox.dm_channel(room.sandbox.alice))
