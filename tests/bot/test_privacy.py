"""/privacy: what is stored about oneself is shown, sent as files, and deleted by whoever asks for it."""

import asyncio
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from threading import Event
from typing import Any

import pytest
from sqlalchemy import insert, update

from tempera.bot.privacy.deletion import DELETE_ID
from tempera.bot.privacy.export_files import export_files
from tempera.bot.replies.answer import WRITING
from tempera.sandbox.state.guilds import User
from tempera.sandbox.state.interactions import StoredMessage
from tempera.storage.pins import pin_preset
from tempera.storage.presets import PresetValues, save_preset, share_preset
from tempera.storage.privacy import stored_about
from tempera.storage.tables import GenerationRow
from tempera.storage.texts.history import NewGeneration, Status, find_generation, new_values
from tests.bot.admin_play import says
from tests.bot.conftest import Room, labels, row_of, written
from tests.patience import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SLOW = {"pace_characters_per_second": 20, "edit_interval_seconds": 0.2, "whole_answer_seconds": 0.2}
NOTHING = "Tempera stores nothing about you."


async def has_rows(room: Room, user: User) -> bool:
    return not (await stored_about(room.bot.resources.database, user.id)).is_nothing


async def text_of(room: Room, user: User, **options: Any) -> StoredMessage:
    return await (await room.play(prompt="Oh", length=5, user=user, **options)).shows(written)


async def delete_all(room: Room, user: User) -> StoredMessage:
    """Ask for the deletion, confirm it, and return what is said then."""
    question = await (await room.sandbox.invoke("privacy delete", user=user)).answered()
    assert question.ephemeral
    return await (await room.sandbox.click(question, "Delete everything", user=user)).shows("is deleted")


def export_in(message: StoredMessage) -> list[dict[str, Any]]:
    """Return the documents of what is attached."""
    (attached,) = message.attachments
    if attached.filename.endswith(".json"):
        return [json.loads(attached.data)]
    with zipfile.ZipFile(io.BytesIO(attached.data)) as packed:
        return [json.loads(packed.read(name)) for name in packed.namelist()]


async def test_what_is_stored_is_shown_exported_and_deleted(room: Room) -> None:
    alice, database = room.sandbox.alice, room.bot.resources.database
    await text_of(room, room.sandbox.bob)
    row = await row_of(room, await text_of(room, alice))
    await save_preset(database, alice.id, "calm", PresetValues(model="tiny", opening="日本"), limit=9)
    await share_preset(database, alice.id, room.sandbox.guild.id, "calm", limit=9)

    shown = await says(await room.sandbox.invoke("privacy show", user=alice))
    assert "1 text, with its prompt" in shown
    assert f"<t:{int(row.created_at.timestamp())}:R>" in shown
    assert "2 presets, of which 1 is a copy that a server shares" in shown
    assert "How many texts you have asked for" in shown
    assert "until you delete it" in shown

    sent = await (await room.sandbox.invoke("privacy export", user=alice)).answered()
    assert (sent.ephemeral, sent.attachments[0].filename) == (True, "tempera-data.json")
    (document,) = export_in(sent)
    tables = document["tables"]
    assert document["user_id"] == str(alice.id)
    assert [each["text"] for each in tables["generations"]] == [row.text]
    assert tables["answer_messages"] == [{"generation_id": row.id, "message_id": str(row.message_id)}]
    assert {each["opening"] for each in tables["presets"]} == {"日本"}
    assert "日本" in sent.attachments[0].data.decode()

    done = await delete_all(room, alice)
    assert (labels(done), "up to 3 days" in done.content) == ([], True)
    assert (await says(await room.sandbox.invoke("privacy show", user=alice))).startswith(NOTHING)
    assert await has_rows(room, room.sandbox.bob)


async def test_nothing_is_said_and_nothing_is_sent_where_nothing_is_stored(room: Room) -> None:
    user = room.sandbox.alice
    await text_of(room, user)
    await delete_all(room, user)
    for command in ("privacy show", "privacy export", "privacy delete"):
        message = await (await room.sandbox.invoke(command, user=user)).answered()
        assert message.content.startswith(NOTHING)
        assert (message.ephemeral, message.attachments, message.buttons) == (True, [], [])


async def test_it_works_in_direct_messages(room: Room) -> None:
    bob = room.sandbox.bob
    channel = room.sandbox.dm_channel(bob)
    await text_of(room, bob, channel=channel)
    assert "text" in await says(await room.sandbox.invoke("privacy show", user=bob, channel=channel))
    question = await (await room.sandbox.invoke("privacy delete", user=bob, channel=channel)).answered()
    await (await room.sandbox.click(question, DELETE_ID, user=bob)).shows("is deleted")
    assert not await has_rows(room, bob)


async def test_the_question_says_what_goes_and_what_stays(room: Room) -> None:
    await text_of(room, room.sandbox.alice)
    asked = await says(await room.sandbox.invoke("privacy delete"))
    assert "deleted for good" in asked
    assert "1 text" in asked
    for stays in ("Messages in Discord stay", "others have made from yours", "the block stays", "up to 3 days"):
        assert stays in asked
    assert await has_rows(room, room.sandbox.alice), "nothing goes before the click"


async def test_a_click_deletes_the_data_of_whoever_clicks(room: Room) -> None:
    alice, bob = room.sandbox.alice, room.sandbox.bob
    await text_of(room, alice)
    await text_of(room, bob)
    question = await (await room.sandbox.invoke("privacy delete", user=alice)).answered()
    await (await room.sandbox.forge_click(question, DELETE_ID, user=bob)).shows("is deleted")
    assert await has_rows(room, alice)
    assert not await has_rows(room, bob)
    message = await text_of(room, bob)  # without that button
    refused = await (await room.sandbox.forge_click(message, DELETE_ID, user=bob)).answered()
    assert refused.ephemeral
    assert await has_rows(room, bob)


async def test_nothing_is_deleted_while_a_text_is_being_written(room: Room) -> None:
    alice = room.sandbox.alice
    await text_of(room, alice)
    question = await (await room.sandbox.invoke("privacy delete", user=alice)).answered()
    with room.changed(generation=SLOW):
        exchange = await room.play(prompt="Oh", length=2000, user=alice)
        message = await exchange.shows(WRITING)
    refused = await (await room.sandbox.click(question, "Delete everything", user=alice)).answered()
    asked = await (await room.sandbox.invoke("privacy delete", user=alice)).answered()
    for said in (refused, asked):
        assert "still being written" in said.content
    assert await has_rows(room, alice)
    await (await room.sandbox.click(message, "Stop", user=alice)).shows(written)
    await until(lambda: not room.bot.resources.limits.has_active(alice.id))
    await delete_all(room, alice)
    assert not await has_rows(room, alice)


async def test_the_buttons_of_deleted_texts_say_so(room: Room) -> None:
    message = await text_of(room, room.sandbox.alice)
    await delete_all(room, room.sandbox.alice)
    refused = await (await room.sandbox.click(message, "Again")).answered()
    assert "no longer stored" in refused.content
    assert not message.deleted


async def test_a_deleted_presets_button_is_gone_from_new_answers(room: Room) -> None:
    alice, database, guild = room.sandbox.alice, room.bot.resources.database, room.sandbox.guild.id
    await save_preset(database, alice.id, "pinned", PresetValues(model="tiny"), limit=9)
    await share_preset(database, alice.id, guild, "pinned", limit=9)
    await pin_preset(database, guild, "pinned", limit=3)
    room.bot.resources.pins.forget(guild)
    assert "pinned" in labels(await text_of(room, room.sandbox.bob))
    await delete_all(room, alice)
    assert "pinned" not in labels(await text_of(room, room.sandbox.bob))


async def test_a_text_that_is_not_stored_yet_is_exported_and_deleted_whole(room: Room) -> None:
    alice, texts = room.sandbox.alice, room.bot.resources.texts
    row = await row_of(room, await text_of(room, alice))
    goes_on = update(GenerationRow).where(GenerationRow.id == row.id).values(status="running", finished_at=None)
    await room.bot.resources.database.write(lambda session: session.execute(goes_on) and None)
    held = Event()
    holding = asyncio.create_task(room.bot.resources.database.write(lambda _: held.wait(20), patience_seconds=None))
    texts.put(row.id, text="It is the west", status=Status.DONE)
    exchange = await room.sandbox.invoke("privacy export", user=alice)
    await exchange.acknowledged()
    await asyncio.sleep(0.1)
    held.set()
    assert await holding
    assert export_in(await exchange.answered())[0]["tables"]["generations"][-1]["text"] == "It is the west"
    with closing(sqlite3.connect(room.bot.resources.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        texts.put(row.id, text="It is the east")
        await until(lambda: texts.trouble)
        question = await (await room.sandbox.invoke("privacy delete", user=alice)).answered()
        refused = await (await room.sandbox.click(question, "Delete everything", user=alice)).followed_up()
        other.execute("ROLLBACK")
    assert "The database isn't answering" in refused.content
    await until(lambda: not texts and not texts.trouble)
    await (await room.sandbox.click(question, "Delete everything", user=alice)).shows("is deleted")
    assert await find_generation(room.bot.resources.database, row.id) is None


def many(user_id: int, number: int) -> list[dict[str, Any]]:
    """Return rows of texts that can hardly be compressed."""
    new = NewGeneration(
        user_id=user_id,
        guild_id=None,
        channel_id=None,
        model="tiny",
        model_sha256="0" * 64,
        arithmetic="int8",
        prompt="Oh",
        params={},
    )
    return [
        new_values(new)
        | {"text": "".join(chr(0x4E00 + (index * 7919 + place * place) % 20000) for place in range(900))}
        for index in range(number)
    ]


async def add_texts(room: Room, user_id: int, number: int) -> None:
    rows = many(user_id, number)
    await room.bot.resources.database.write(lambda session: session.execute(insert(GenerationRow), rows) and None)


async def test_a_long_export_is_several_files_below_the_limit_and_lacks_nothing(room: Room) -> None:
    user_id, limit_bytes = 7, 60_000
    await add_texts(room, user_id, 100)
    files = [each async for each in export_files(room.bot.resources.database, user_id, limit_bytes)]
    assert len(files) > 2
    assert [each.name for each in files] == [f"tempera-data-{number}.zip" for number in range(1, len(files) + 1)]
    assert max(len(each.content) for each in files) <= limit_bytes
    documents = []
    for each in files:
        with zipfile.ZipFile(io.BytesIO(each.content)) as packed:
            documents += [json.loads(packed.read(name)) for name in packed.namelist()]
    assert [each["part"] for each in documents] == list(range(1, len(documents) + 1))
    texts = [row["text"] for each in documents for row in each["tables"]["generations"]]
    assert texts == [row["text"] for row in many(user_id, 100)]


async def test_a_large_export_is_sent_zipped(room: Room) -> None:
    await add_texts(room, room.sandbox.bob.id, 700)
    sent = await (await room.sandbox.invoke("privacy export", user=room.sandbox.bob)).answered()
    assert sent.attachments[0].filename == "tempera-data-1.zip"
    rows = [row for each in export_in(sent) for row in each["tables"]["generations"]]
    assert len(rows) >= 700
    await delete_all(room, room.sandbox.bob)


async def test_no_byte_of_a_deleted_text_stays_in_the_files(room: Room) -> None:
    alice, database = room.sandbox.alice, room.bot.resources.database
    await (await room.play(prompt="Zyxwvut", length=5, user=alice)).shows(written)
    await until(lambda: not room.bot.resources.texts)
    await delete_all(room, alice)

    def files_with() -> list[str]:
        files = database.path.parent.glob(f"{database.path.name}*")
        return [file.name for file in files if b"Zyxwvut" in file.read_bytes()]

    await until(lambda: not files_with())


async def test_retention_and_the_operators_page_are_named(room: Room) -> None:
    url = "https://example.org/privacy"
    with room.changed(storage={"keep_days": 30, "privacy_url": url, "backup_interval_hours": 6.0, "backups_kept": 4}):
        await text_of(room, room.sandbox.alice)
        shown = await says(await room.sandbox.invoke("privacy show"))
        assert "Texts are deleted after 30 days, presets when you delete them." in shown
        assert f"<{url}>" in shown
        assert f"<{url}>" in await says(await room.sandbox.invoke("help"))
        assert "up to 24 hours" in await says(await room.sandbox.invoke("privacy delete"))
    with room.changed(storage={"backup_interval_hours": 0.0}):
        assert "Backups" not in await says(await room.sandbox.invoke("privacy delete"))
    help_without = await says(await room.sandbox.invoke("help"))
    assert "**/privacy** *show · export · delete*" in help_without
    assert "https://" not in help_without
