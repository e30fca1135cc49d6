"""Presets say what they are for, and a server's pinned ones are buttons under every answer there."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import delete

from tempera.sandbox.state.interactions import StoredMessage
from tempera.storage.tables import PresetRow
from tests.bot.conftest import FINAL, Room, custom_id_of, labels, row_of, written
from tests.bot.preset_play import said

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMES = ("calm", "wild", "short", "fourth")


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def clean(room: Room) -> AsyncIterator[None]:
    yield
    await room.bot.resources.database.write(lambda session: session.execute(delete(PresetRow)) and None)
    for guild in (room.sandbox.guild, room.sandbox.second_guild):
        room.bot.resources.pins.forget(guild.id)


async def shared(room: Room, *names: str) -> None:
    for number, name in enumerate(names):
        await said(room.sandbox, "save", name=name, temperature=0.5 + number / 10, description=f"The {name} one")
        await said(room.sandbox, "share", name=name)


async def answer(room: Room, **options: object) -> StoredMessage:
    return await (await room.play(**{"prompt": "romeo", "length": 20, "seed": 3, **options})).shows(written)


async def test_a_description_is_shown_wherever_presets_are(room: Room) -> None:
    await said(room.sandbox, "save", name="calm", temperature=0.5, description="For *quiet* verse")
    assert "For \\*quiet\\* verse · T 0.5" in await said(room.sandbox, "list")
    assert "Description: For \\*quiet\\* verse\n" in await said(room.sandbox, "show", name="calm")
    (choice, *_) = await room.sandbox.autocomplete("generate", "preset", "cal", prompt="Oh")
    assert choice.name == "calm · For *quiet* verse · T 0.5"
    await said(room.sandbox, "share", name="calm")
    assert "Built in" in await said(room.sandbox, "list")
    assert "Few mistakes, few surprises" in await said(room.sandbox, "show", name="safe")


async def test_a_description_is_changed_alone(room: Room) -> None:
    await said(room.sandbox, "save", name="calm", temperature=0.5, description="old")
    modal = await (await room.sandbox.invoke("preset edit", name="calm", description="new")).modal_opened()
    await (await room.sandbox.submit_modal(modal)).answered()
    assert "Description: new\n" in await said(room.sandbox, "show", name="calm")
    modal = await (await room.sandbox.invoke("preset edit", name="calm")).modal_opened()
    await (await room.sandbox.submit_modal(modal)).answered()
    assert "Description: new\n" in await said(room.sandbox, "show", name="calm")


async def test_a_pinned_preset_is_a_button_that_writes_with_it(room: Room) -> None:
    await shared(room, "calm", "wild")
    assert labels(await answer(room)) == FINAL
    assert await said(room.sandbox, "pin", name="wild") == (
        "Pinned: **wild** is now a button under every answer in this server."
    )
    await said(room.sandbox, "pin", name="calm")
    message = await answer(room)
    assert labels(message) == [*FINAL, "wild", "calm"]
    again = await (await room.sandbox.click(message, "wild", user=room.sandbox.bob)).shows(written)
    row, before = await row_of(room, again), await row_of(room, message)
    assert (row.prompt, row.params["temperature"], row.parent_id) == ("romeo", 0.6, before.id)
    assert again.content.endswith(f" · asked for by <@{room.sandbox.bob.id}>")


async def test_three_are_the_most_and_unpinning_makes_room(room: Room) -> None:
    await shared(room, *NAMES)
    for name in NAMES[:3]:
        await said(room.sandbox, "pin", name=name)
    await said(room.sandbox, "pin", name=NAMES[0])  # once more changes nothing
    assert "already pinned 3 presets" in await said(room.sandbox, "pin", name="fourth")
    assert await said(room.sandbox, "unpin", name="wild") == "Unpinned: **wild**"
    await said(room.sandbox, "pin", name="fourth")
    assert labels(await answer(room))[len(FINAL) :] == ["short", "calm", "fourth"]
    assert "There is no preset called gone here" in await said(room.sandbox, "pin", name="gone")


async def test_other_servers_and_direct_messages_have_none_of_them(room: Room) -> None:
    await shared(room, "calm")
    await said(room.sandbox, "pin", name="calm")
    for channel in (room.sandbox.lobby, room.sandbox.dm_channel(room.sandbox.alice)):
        assert labels(await answer(room, channel=channel)) == FINAL


async def test_a_preset_that_is_gone_or_of_another_server_says_so(room: Room) -> None:
    await shared(room, "calm")
    await said(room.sandbox, "pin", name="calm")
    message, elsewhere = await answer(room), await answer(room, channel=room.sandbox.lobby)
    clicked = custom_id_of(message.buttons[-1])
    preset_id = clicked.split(":")[1]
    forged = f"preset:{preset_id}:{(await row_of(room, elsewhere)).id}"
    elsewhere.components[0]["components"][0] |= {"custom_id": forged}
    refusal = await (await room.sandbox.click(elsewhere, forged)).answered()
    assert "no longer shared here" in refusal.content
    await said(room.sandbox, "unshare", name="calm")
    refusal = await (await room.sandbox.click(message, "calm")).answered()
    assert (refusal.ephemeral, "no longer shared here" in refusal.content) == (True, True)
    assert labels(await answer(room)) == FINAL


async def test_only_those_who_manage_the_server_pin(room: Room) -> None:
    await shared(room, "calm")
    for command in ("pin", "unpin"):
        assert "Manage Server" in await said(room.sandbox, command, name="calm", user=room.sandbox.bob)
