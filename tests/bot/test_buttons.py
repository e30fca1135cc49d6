"""The buttons under an answer, as everyone in the channel may click them."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import delete, update

from tempera.bot.config.settings import ModelOverrides
from tempera.bot.replies.answer import EARLIER_SEED
from tempera.bot.replies.markdown import literal
from tempera.models.arithmetic import ARITHMETIC
from tempera.sandbox.client.exchange import TIMEOUT_SECONDS, Exchange
from tempera.sandbox.rest.faults import Fault
from tempera.sandbox.rest.paths import CALLBACK, WEBHOOK_MESSAGE
from tempera.sandbox.state.interactions import StoredMessage
from tempera.sandbox.state.permissions import Permission
from tempera.storage.tables import AnswerMessageRow, GenerationRow
from tempera.storage.texts import history
from tests.bot.conftest import FINAL, Room, custom_id_of, labels, row_of, written
from tests.patience import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECTIONS = {"models": {"overrides": {"other": ModelOverrides(max_temperature=1.2)}}}


async def finished(exchange: Exchange) -> StoredMessage:
    return await exchange.shows(lambda message: written(message))


async def refusal(exchange: Exchange) -> str:
    """Return what the clicker was told privately, right away."""
    answer = await exchange.acknowledged()
    assert (answer.kind, answer.ephemeral) == ("reply", True)
    return (await exchange.answered()).content


async def test_a_finished_answer_offers_what_to_do_next(room: Room) -> None:
    assert labels(await finished(await room.play(prompt="Oh"))) == FINAL
    assert labels(await finished(await room.play(prompt="Oh", temperature=2.0))) == [x for x in FINAL if x != "Hotter"]
    assert labels(await finished(await room.play(prompt="Oh", temperature=0.0))) == [
        x for x in FINAL if x not in {"Again", "Cooler"}
    ]


@pytest.mark.parametrize("label", ["Again", "Hotter", "Cooler", "Continue"])
async def test_a_click_posts_a_new_answer_of_the_clickers_own(room: Room, label: str) -> None:
    first = await finished(await room.play(prompt="Oh", seed=7, temperature=0.7, top_k=9, length=50))
    before, contents = await row_of(room, first), list(first.history)
    exchange = await room.sandbox.click(first, label, user=room.sandbox.bob)
    assert (await exchange.acknowledged()).kind in {"reply", "defer"}  # of a new message, at once or later
    second = await finished(exchange)
    after = await row_of(room, second)
    assert second.id != first.id
    assert first.history == contents
    assert (after.user_id, after.parent_id) == (room.sandbox.bob.id, before.id)
    assert (after.model, after.params["top_k"], after.params["length"], len(after.text)) == ("tiny", 9, 50, 50)
    expected = {"Again": 0.7, "Hotter": 0.9, "Cooler": 0.5, "Continue": 0.7}[label]
    assert after.params["temperature"] == pytest.approx(expected)
    assert (after.params["seed"] == 7) is (label != "Again")
    assert after.text != before.text
    assert labels(second) == FINAL


async def test_a_continuation_is_what_a_longer_text_would_have_been(room: Room) -> None:
    whole = await row_of(room, await finished(await room.play(prompt="Café", seed=3, length=150)))
    first = await finished(await room.play(prompt="Café", seed=3, length=50))
    second = await finished(await room.sandbox.click(first, "Continue"))
    third = await finished(await room.sandbox.click(second, "Continue"))
    rows = [await row_of(room, message) for message in (first, second, third)]
    assert "".join(row.text for row in rows) == whole.text
    assert [row.first_draw for row in rows] == [0, 50, 100]
    assert third.content.startswith("**")
    assert literal(rows[2].text) in third.content


async def test_a_continuation_of_a_long_text_begins_with_the_end_of_it(room: Room) -> None:
    first = await finished(await room.play(prompt="Oh", seed=3, length=1200))
    second = await finished(await room.sandbox.click(first, "Continue"))
    third = await finished(await room.sandbox.click(second, "Continue"))
    rows = [await row_of(room, message) for message in (first, second, third)]
    assert third.content.startswith("**…")
    assert third.content.count("\n-# ") <= 2
    if third.attachments:
        whole = "Oh" + "".join(row.text for row in rows)
        assert third.attachments[0].data.decode() == whole


async def test_buttons_work_in_threads(room: Room) -> None:
    thread = room.sandbox.start_thread(room.sandbox.poems, "night", user=room.sandbox.alice)
    first = await finished(await room.play(prompt="Oh", channel=thread))
    second = await finished(await room.sandbox.click(first, "Again"))
    assert (await row_of(room, second)).channel_id == thread.id


async def test_buttons_work_in_direct_messages(room: Room) -> None:
    channel = room.sandbox.dm_channel(room.sandbox.bob)
    first = await finished(await room.play(prompt="Oh", channel=channel, user=room.sandbox.bob))
    second = await finished(await room.sandbox.click(first, "Again", user=room.sandbox.bob))
    assert (await row_of(room, second)).guild_id is None
    await (await room.sandbox.click(second, "Delete", user=room.sandbox.bob)).gone()


async def test_private_answers_have_private_children(room: Room) -> None:
    first = await finished(await room.play(prompt="Oh", private=True))
    exchange = await room.sandbox.click(first, "Again")
    second = await finished(exchange)
    assert second.ephemeral
    assert (await row_of(room, second)).private
    await (await room.sandbox.click(second, "Delete")).gone()


async def test_its_owner_may_delete_an_answer(room: Room) -> None:
    message = await finished(await room.play(prompt="Oh", user=room.sandbox.bob))
    row = await row_of(room, message)
    exchange = await room.sandbox.click(message, "Delete", user=room.sandbox.bob)
    assert (await exchange.acknowledged()).kind == "defer_update"
    await exchange.gone()
    assert await room.bot.resources.texts.find(row.id) is None
    await until(lambda: not room.bot.resources.texts)
    assert await history.find_generation(room.bot.resources.database, row.id) is None


async def test_a_message_that_is_gone_already_loses_its_text_too(room: Room) -> None:
    message = await finished(await room.play(prompt="Oh", length=5))
    row = await row_of(room, message)
    room.sandbox.inject(f"DELETE {WEBHOOK_MESSAGE}", Fault(status=404, code=10008, message="Unknown Message"))
    await (await room.sandbox.click(message, "Delete")).acknowledged()
    await row_is_gone(room, row.id)


async def test_a_message_that_went_before_the_click_came_loses_its_text_too(room: Room) -> None:
    message = await finished(await room.play(prompt="Oh", length=5))
    row = await row_of(room, message)
    room.sandbox.inject(f"POST {CALLBACK}", Fault(status=404, code=10008, message="Unknown Message"))
    assert "no longer stored" in (await (await room.sandbox.click(message, "Delete")).answered()).content
    await row_is_gone(room, row.id)


async def test_a_message_that_discord_keeps_keeps_its_text(room: Room) -> None:
    message = await finished(await room.play(prompt="Oh", length=5))
    row = await row_of(room, message)
    room.sandbox.inject(f"DELETE {WEBHOOK_MESSAGE}", Fault(status=403, code=50001, message="Missing Access"))
    exchange = await room.sandbox.click(message, "Delete")
    assert "its text is still stored" in (await exchange.followed_up()).content
    assert await room.bot.resources.texts.find(row.id) == row
    await (await room.sandbox.click(message, "Delete")).gone()


async def test_all_texts_of_a_comparison_go_with_its_message(room: Room) -> None:
    message = await (await room.sandbox.invoke("compare", prompt="Oh", values="0.2 0.7 1.0")).shows(written)
    row = await row_of(room, message)
    compared = await history.find_compared(room.bot.resources.database, row.comparison_id or 0)
    assert len(compared) == 3
    await (await room.sandbox.click(message, "Delete")).gone()
    for each in compared:
        await row_is_gone(room, each.id)


async def test_unsaved_changes_of_a_deleted_text_do_not_bring_it_back(room: Room) -> None:
    message = await finished(await room.play(prompt="Oh", length=5))
    row = await row_of(room, message)
    with closing(sqlite3.connect(room.bot.resources.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await (await room.sandbox.click(message, "Delete")).gone()
        await until(lambda: room.bot.resources.texts.is_unsaved(row.id))
        room.bot.resources.texts.put(row.id, text="It is the east")
        assert "no longer stored" in await refusal(await room.sandbox.forge_click(message, f"again:{row.id}"))
        other.execute("ROLLBACK")
    await row_is_gone(room, row.id)


async def row_is_gone(room: Room, number: int) -> None:
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while True:
            if await history.find_generation(room.bot.resources.database, number) is None:
                return
            await asyncio.sleep(0.02)


async def test_a_second_delete_that_crosses_with_the_first_is_told_so(room: Room) -> None:
    message = await finished(await room.play(prompt="Oh", length=5))
    delete = custom_id_of(message.buttons[-1])
    await (await room.sandbox.click(message, delete)).gone()
    assert "no longer stored" in await refusal(await room.sandbox.forge_click(message, delete))


async def test_others_may_not_delete_an_answer_unless_they_may_manage_messages(room: Room) -> None:
    sandbox = room.sandbox
    message = await finished(await room.play(prompt="Oh", user=sandbox.alice, channel=sandbox.laboratory))
    said = await refusal(await sandbox.click(message, "Delete", user=sandbox.bob))
    assert said.startswith("Only the person who requested this text")
    assert not message.deleted
    sandbox.allow(sandbox.bob, Permission.MANAGE_MESSAGES, channel=sandbox.laboratory)
    await (await sandbox.click(message, "Delete", user=sandbox.bob)).gone()


@pytest.mark.parametrize(
    "custom_id", ["again:999999", "delete:999999", "stop:999999", "continue:0", "again:x", "other", "again:" + "9" * 80]
)
async def test_a_button_whose_text_is_not_stored_says_so(room: Room, custom_id: str) -> None:
    message = await finished(await room.play(prompt="Oh", length=5))
    assert "no longer stored" in await refusal(await room.sandbox.forge_click(message, custom_id))
    assert not message.deleted


@pytest.mark.parametrize("action", ["again", "stop", "delete"])
async def test_a_button_does_not_act_on_another_messages_text(room: Room, action: str) -> None:
    mine = await finished(await room.play(prompt="Oh", length=5, user=room.sandbox.bob))
    alices = await finished(await room.play(prompt="Oh", length=5, user=room.sandbox.alice))
    number = (await row_of(room, mine)).id
    buttons = alices.components[0]
    buttons["components"][0] |= {"custom_id": f"{action}:{number}"}
    exchange = await room.sandbox.click(alices, f"{action}:{number}", user=room.sandbox.bob)
    assert "no longer stored" in await refusal(exchange)
    assert not alices.deleted
    assert not mine.deleted


@pytest.mark.parametrize("action", ["again", "stop", "delete", "continue"])
async def test_a_button_does_not_act_on_a_text_of_another_server_whose_message_is_unknown(
    room: Room, action: str
) -> None:
    theirs = await finished(await room.play(prompt="Oh", length=5, user=room.sandbox.alice))
    number = (await row_of(room, theirs)).id
    forget = delete(AnswerMessageRow).where(AnswerMessageRow.generation_id == number)
    await room.bot.resources.database.write(lambda session: session.execute(forget) and None)
    ours = await finished(await room.play(prompt="Oh", length=5, channel=room.sandbox.lobby, user=room.sandbox.bob))
    buttons = ours.components[0]
    buttons["components"][0] |= {"custom_id": f"{action}:{number}"}
    exchange = await room.sandbox.click(ours, f"{action}:{number}", user=room.sandbox.bob)
    assert "no longer stored" in await refusal(exchange)


async def test_a_private_text_is_nobody_elses(room: Room) -> None:
    message = await finished(await room.play(prompt="Oh", private=True, user=room.sandbox.alice))
    exchange = await room.sandbox.forge_click(message, custom_id_of(message.buttons[0]), user=room.sandbox.bob)
    assert "no longer stored" in await refusal(exchange)


async def test_a_model_that_is_gone_is_said(room: Room) -> None:
    message = await finished(await room.play(prompt="oh", model="other", length=5))
    folder = room.bot.resources.library.folder
    (folder / "other").rename(folder / "away")
    try:
        assert "no model called other" in await refusal(await room.sandbox.click(message, "Again"))
    finally:
        (folder / "away").rename(folder / "other")


async def test_nobody_is_pinged_by_a_click(room: Room) -> None:
    everyone = f"@everyone <@{room.sandbox.bob.id}> "
    message = await finished(await room.play(prompt=everyone, length=5))
    for label in ("Again", "Continue"):
        assert not (await finished(await room.sandbox.click(message, label))).pings


async def test_a_click_in_a_channel_that_is_off_is_refused(room: Room) -> None:
    sandbox = room.sandbox
    message = await finished(await room.play(prompt="Oh", length=5, channel=sandbox.poems))
    await (await sandbox.invoke("channel off", channel=sandbox.poems)).answered()
    try:
        assert "turned off" in await refusal(await sandbox.click(message, "Again", user=sandbox.bob))
    finally:
        await (await sandbox.invoke("channel on", channel=sandbox.poems)).answered()


async def test_who_may_use_no_commands_here_gets_no_text_by_a_click_either(room: Room) -> None:
    sandbox = room.sandbox
    message = await finished(await room.play(prompt="Oh", length=5, channel=sandbox.poems))
    rows = await room.last_row()
    sandbox.deny(sandbox.bob, Permission.USE_APPLICATION_COMMANDS, channel=sandbox.poems)
    try:
        said = await refusal(await sandbox.click(message, "Again", user=sandbox.bob))
    finally:
        sandbox.allow(sandbox.bob, Permission.USE_APPLICATION_COMMANDS, channel=sandbox.poems)
    assert said == "You need the permission Use Application Commands."
    assert await room.last_row() == rows
    await finished(await sandbox.click(message, "Again", user=sandbox.bob))


async def change_row(room: Room, number: int, **values: object) -> None:
    await room.bot.resources.database.write(
        lambda session: session.execute(update(GenerationRow).where(GenerationRow.id == number).values(**values))
    )


async def test_a_text_that_has_grown_very_long_is_not_gone_on_from(room: Room) -> None:
    message = await finished(await room.play(prompt="Oh", length=5))
    await change_row(room, (await row_of(room, message)).id, text="x" * 12_000)
    said = await refusal(await room.sandbox.click(message, "Continue"))
    assert (
        said == "This text, with everything before it, is longer than 12,000 characters and can't be continued. "
        "Start a new one with /generate."
    )
    await finished(await room.sandbox.click(message, "Again"))


async def test_a_text_whose_row_could_not_be_closed_has_buttons_that_work(room: Room) -> None:
    message = await finished(await room.play(prompt="Oh", length=5))
    await change_row(room, (await row_of(room, message)).id, status="running", finished_at=None)
    await finished(await room.sandbox.click(message, "Again"))
    await (await room.sandbox.click(message, "Delete")).gone()


@pytest.mark.parametrize("arithmetic", ["int8", "bf16", "fp32"])
async def test_a_seed_of_an_earlier_version_is_called_that_where_it_is_used_again(room: Room, arithmetic: str) -> None:
    message = await finished(await room.play(prompt="Oh", length=5, seed=7))
    await change_row(room, (await row_of(room, message)).id, arithmetic=arithmetic)
    for label in ("Hotter", "Cooler"):
        answer = await finished(await room.sandbox.click(message, label))
        assert f"\n-# {EARLIER_SEED}\n-# tiny · " in answer.content
        assert (await row_of(room, answer)).arithmetic == ARITHMETIC
        assert EARLIER_SEED not in (await finished(await room.sandbox.click(answer, "Cooler"))).content
    for label in ("Again", "Continue"):
        assert EARLIER_SEED not in (await finished(await room.sandbox.click(message, label))).content


async def test_an_earlier_versions_text_that_is_shown_again_says_so(room: Room) -> None:
    message = await finished(await room.play(prompt="Oh", length=5, seed=7))
    row = await row_of(room, message)
    await change_row(room, row.id, arithmetic="int8")
    message.components[0]["components"][0] |= {"custom_id": f"stop:{row.id}"}  # as a crash leaves it
    await (await room.sandbox.click(message, f"stop:{row.id}")).shows(EARLIER_SEED)
    assert message.content.startswith(f"**Oh**{literal(row.text)}\n-# {EARLIER_SEED}\n-# tiny · T 0.8 · seed 7")


@pytest.mark.parametrize("arithmetic", [ARITHMETIC, ""], ids=["of today", "never begun"])
async def test_no_other_seed_is_called_that(room: Room, arithmetic: str) -> None:
    message = await finished(await room.play(prompt="Oh", length=5, seed=7))
    await change_row(room, (await row_of(room, message)).id, arithmetic=arithmetic)
    for label in ("Hotter", "Cooler"):
        assert EARLIER_SEED not in (await finished(await room.sandbox.click(message, label))).content


async def test_a_text_at_its_models_limit_offers_nothing_hotter(room: Room) -> None:
    message = await finished(await room.play(prompt="oh", model="other", temperature=1.2, length=5))
    assert labels(message) == [label for label in FINAL if label != "Hotter"]
    cooler = await finished(await room.sandbox.click(message, "Cooler"))
    assert labels(cooler) == FINAL
