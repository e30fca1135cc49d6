"""/history: one's own texts, listed, searched, shown, written again and exported; nobody sees another's."""

import json
import re
from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import insert, update

from tempera.bot.history.pages import MAX_WORDS_CHARACTERS, PAGE_ID
from tempera.bot.replies.answer import EARLIER_SEED
from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.state.guilds import User
from tempera.sandbox.state.interactions import StoredMessage
from tempera.storage.tables import GenerationRow
from tempera.storage.texts.history import NewGeneration, Status, new_values
from tests.bot.admin_play import says
from tests.bot.conftest import Room, labels, row_of, written
from tests.bot.test_privacy import export_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

GONE = "You have no text {}. Run /history list to see yours."
NONE = "You have no texts yet. Write one with /generate."


async def texts_of(room: Room, user: User, number: int, text: str = "seed of a rose") -> list[int]:
    """Store this many texts, as if the user had asked for them."""
    sample = await row_of(room, await (await room.play(prompt="Oh", length=5, user=room.sandbox.bob)).shows(written))
    fields = {name: value for name, value in asdict(sample).items() if name in NewGeneration.__slots__}
    new = new_values(NewGeneration(**fields | {"user_id": user.id}))
    new |= {"status": Status.DONE, "text": text, "finished_at": new["created_at"]}
    work = insert(GenerationRow).returning(GenerationRow.id)
    return await room.bot.resources.database.write(
        lambda session: [session.scalars(work, [new]).one() for _ in range(number)]
    )


async def listed(room: Room, command: str = "history list", **options: Any) -> StoredMessage:
    message = await (await room.sandbox.invoke(command, **options)).answered()
    assert message.ephemeral
    assert not message.pings
    return message


def numbers(message: StoredMessage) -> list[int]:
    return [int(line.split("`")[1].removeprefix("#")) for line in message.content.splitlines() if line.startswith("`#")]


@pytest.fixture
def carol(room: Room) -> User:
    """Somebody without texts."""
    return room.sandbox.add_person("carol")


async def test_without_texts_one_is_told_how_to_get_one(room: Room, carol: User) -> None:
    assert (await listed(room, user=carol)).content == NONE
    searched = await listed(room, "history search", words="**rose** @everyone", user=carol)
    assert searched.content == "None of your texts contain these words: \\*\\*rose\\*\\* \\@everyone"
    assert await says(await room.sandbox.invoke("history export", user=carol)) == NONE


async def test_pages_are_turned_by_buttons_also_after_texts_were_deleted(room: Room, carol: User) -> None:
    ids = await texts_of(room, carol, 20)
    first = await listed(room, user=carol)
    assert numbers(first) == ids[:11:-1]
    assert labels(first) == ["Older"]
    assert "> **Oh**seed of a rose" in first.content
    second = await (await room.sandbox.click(first, "Older", user=carol)).shows(lambda each: "Newer" in labels(each))
    assert second.id == first.id
    assert numbers(second) == ids[11:3:-1]
    last = await (await room.sandbox.click(second, "Older", user=carol)).shows(lambda each: labels(each) == ["Newer"])
    assert numbers(last) == ids[3::-1]
    room.bot.resources.texts.delete(ids[4:])
    await room.bot.resources.texts.all_stored()
    back = await (await room.sandbox.click(last, "Newer", user=carol)).shows(lambda each: not labels(each))
    assert numbers(back) == ids[3::-1]


async def test_a_click_shows_the_texts_of_whoever_clicks(room: Room, carol: User) -> None:
    ids = await texts_of(room, carol, 9)
    page = await listed(room, user=carol)
    forged = f"history:older:{ids[-1] + 1}:"
    assert numbers(page)
    button = page.buttons[0]
    assert button.custom_id == f"history:older:{ids[1]}:"
    exchange = await room.sandbox.forge_click(page, forged, user=room.sandbox.bob)
    assert "rose" not in (await exchange.answered()).content


async def test_words_are_searched_page_by_page(room: Room, carol: User) -> None:
    lilies = await texts_of(room, carol, 9, "A white lily")
    await texts_of(room, carol, 3)
    found = await listed(room, "history search", words="WHITE lil", user=carol)
    assert numbers(found) == lilies[:0:-1]
    assert found.content.startswith("**Your texts with “WHITE lil”**\n")
    older = await (await room.sandbox.click(found, "Older", user=carol)).shows(lambda each: labels(each) == ["Newer"])
    assert numbers(older) == lilies[:1]


async def test_every_search_fits_into_a_buttons_id() -> None:
    longest = f"history:older:{'9' * 18}:{'x' * MAX_WORDS_CHARACTERS}"
    assert len(longest) <= 100
    assert re.fullmatch(PAGE_ID, longest)
    assert re.fullmatch(PAGE_ID, "history:newer:1:a:b\nc")


async def test_a_text_is_shown_whole_with_its_time(room: Room) -> None:
    row = await row_of(room, await (await room.play(prompt="Oh", length=40, seed=3)).shows(written))
    for typed in (str(row.id), f"#{row.id}", f" {row.id} "):
        shown = await listed(room, "history show", text=typed)
        assert row.text[:5] in shown.content.replace("\\", "")
        assert f"#{row.id}, written <t:{int(row.created_at.timestamp())}:f>" in shown.content
        assert "seed 3" in shown.content
        assert not shown.buttons


async def test_a_long_text_is_a_file(room: Room) -> None:
    row = await row_of(room, await (await room.play(prompt="Oh", length=3000)).shows(written))
    shown = await listed(room, "history show", text=str(row.id))
    (attached,) = shown.attachments
    assert attached.data.decode() == "Oh" + row.text


@pytest.mark.parametrize("typed", ["999999999", "0", "-1", "x", "１２", "9" * 20, "*7*"])
async def test_a_number_that_is_no_text_of_ones_own_is_refused(room: Room, typed: str) -> None:
    for command in ("history show", "history replay"):
        said = await says(await room.sandbox.invoke(command, text=typed))
        assert said == GONE.format(typed.replace("*", "\\*"))


async def test_nobody_sees_anothers_text(room: Room, carol: User) -> None:
    (own,) = await texts_of(room, carol, 1)
    for command in ("history show", "history replay"):
        assert await says(await room.sandbox.invoke(command, text=str(own))) == GONE.format(own)
    assert own not in numbers(await listed(room))
    offered = await room.sandbox.autocomplete("history show", "text", str(own))
    assert str(own) not in [each.value for each in offered]


async def replayed(room: Room, number: int, **options: Any) -> StoredMessage:
    exchange: Exchange = await room.sandbox.invoke("history replay", text=str(number), **options)
    return await exchange.shows(written)


async def test_a_replay_is_the_same_text_by_the_same_request(room: Room) -> None:
    before = await row_of(room, await (await room.play(prompt="Oh", length=60, temperature=1.1)).shows(written))
    message = await replayed(room, before.id)
    again = await row_of(room, message)
    assert not message.ephemeral
    assert (again.text, again.params, again.prompt) == (before.text, before.params, before.prompt)
    assert "differently" not in message.content
    assert EARLIER_SEED not in message.content
    continued = await row_of(room, await (await room.sandbox.click(message, "Continue")).shows(written))
    assert (await row_of(room, await replayed(room, continued.id))).text == continued.text


async def test_a_private_text_is_replayed_privately(room: Room) -> None:
    row = await row_of(room, await (await room.play(prompt="Oh", length=5, private=True)).shows(written))
    assert (await replayed(room, row.id)).ephemeral


async def test_a_replay_says_what_has_changed(room: Room) -> None:
    row = await row_of(room, await (await room.play(prompt="Oh", length=5)).shows(written))
    changed = update(GenerationRow).where(GenerationRow.id == row.id)
    database = room.bot.resources.database
    await database.write(lambda session: session.execute(changed.values(model_sha256="0" * 64)))
    message = await replayed(room, row.id)
    assert "tiny has changed since this text was first written, so it may come out differently." in message.content
    await database.write(lambda session: session.execute(changed.values(arithmetic="exact-1")))
    assert EARLIER_SEED in (await replayed(room, row.id)).content
    await database.write(lambda session: session.execute(changed.values(model="gone")))
    said = await says(await room.sandbox.invoke("history replay", text=str(row.id)))
    assert said.startswith("There is no model called gone.")


async def test_a_replay_above_the_limit_is_refused_rather_than_changed(room: Room) -> None:
    row = await row_of(room, await (await room.play(prompt="Oh", length=50)).shows(written))
    with room.changed(generation={"max_length": 40, "default_length": 40}):
        said = await says(await room.sandbox.invoke("history replay", text=str(row.id)))
    assert said.startswith("tiny is limited to length 40.")


async def test_own_texts_are_offered_by_number_and_words(room: Room, carol: User) -> None:
    ids = await texts_of(room, carol, 30, "A violet")
    offered = await room.sandbox.autocomplete("history show", "text", "", user=carol)
    assert [each.value for each in offered] == [str(each) for each in ids[:4:-1]]
    assert offered[0].name == f"#{ids[-1]} · tiny · OhA violet"
    one = await room.sandbox.autocomplete("history replay", "text", f"#{ids[-1]}", user=carol)
    assert [each.value for each in one] == [str(ids[-1])]
    assert len(await room.sandbox.autocomplete("history show", "text", "viol", user=carol)) == 25
    assert not await room.sandbox.autocomplete("history show", "text", "rose", user=carol)


async def test_all_own_texts_are_exported(room: Room, carol: User) -> None:
    ids = await texts_of(room, carol, 3)
    exchange = await room.sandbox.invoke("history export", user=carol)
    message = await exchange.shows(lambda each: bool(each.attachments))
    assert message.content == "Your texts, as JSON:"
    (document,) = export_in(message)
    assert [row["id"] for row in document["tables"]["generations"]] == ids
    assert document["tables"].keys() == {"generations"}
    assert json.dumps(document)
