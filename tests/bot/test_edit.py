"""Edit: a form with the prompt and the parameters of a text, from which a new answer comes."""

import pytest

from tempera.bot.config.settings import ModelOverrides
from tempera.bot.replies.markdown import literal
from tempera.sandbox.state.interactions import StoredMessage
from tests.bot.conftest import FINAL, Room, ended, labels, row_of, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECTIONS = {"models": {"overrides": {"other": ModelOverrides(max_temperature=1.2, max_length=100)}}}


async def first(room: Room, **options: object) -> StoredMessage:
    given = {"prompt": "romeo", "length": 50, "seed": 7, "temperature": 0.7, **options}
    return await (await room.play(**given)).shows(written)


async def told(room: Room, message: StoredMessage, **entries: str) -> str:
    modal = await (await room.sandbox.click(message, "Edit")).modal_opened()
    answer = await (await room.sandbox.submit_modal(modal, entries)).answered()
    assert answer.ephemeral
    return answer.content


async def test_the_form_shows_what_there_was(room: Room) -> None:
    modal = await (await room.sandbox.click(await first(room), "Edit")).modal_opened()
    assert {field.custom_id: field.value for field in modal.fields} == {
        "prompt": "romeo",
        "temperature": "0.7",
        "length": "50",
        "seed": "7",
    }


async def test_an_edited_text_is_a_new_answer_of_whoever_edited_it(room: Room) -> None:
    message = await first(room, top_k=9)
    before, shown = await row_of(room, message), message.content
    modal = await (await room.sandbox.click(message, "Edit", user=room.sandbox.bob)).modal_opened()
    entries = {"prompt": "juliet ", "temperature": "0,9", "length": "60", "seed": ""}
    answer = await (await room.sandbox.submit_modal(modal, entries)).shows(written)
    row = await row_of(room, answer)
    assert (row.user_id, row.parent_id, row.prompt) == (room.sandbox.bob.id, before.id, "juliet ")
    assert [row.params[name] for name in ("temperature", "length", "top_k")] == [0.9, 60, 9]
    assert row.params["seed"] != 7
    assert answer.content.endswith(f" · asked for by <@{room.sandbox.bob.id}>")
    assert not answer.pings
    assert labels(answer) == FINAL
    assert message.content == shown


async def test_a_continuation_whose_prompt_stays_goes_on_drawing_where_it_did(room: Room) -> None:
    continued = await (await room.sandbox.click(await first(room), "Continue")).shows(written)
    before = await row_of(room, continued)
    for entries, first_draw in (({}, 50), ({"prompt": "to be"}, 0)):
        modal = await (await room.sandbox.click(continued, "Edit")).modal_opened()
        answer = await (await room.sandbox.submit_modal(modal, entries)).shows(written)
        row = await row_of(room, answer)
        assert row.first_draw == first_draw
        assert (row.text == before.text) is (not entries)


async def test_what_is_out_of_bounds_is_given_back(room: Room) -> None:
    message = await first(room, model="other")
    assert "temperature 1.2" in await told(room, message, temperature="1.5")
    assert "length 100" in await told(room, message, length="101")
    assert "1 to 4000" in await told(room, message, length="a lot")
    answer = await told(room, message, temperature="99", prompt="my long prompt")
    assert "You typed:" in answer
    assert "my long prompt" in answer


async def test_a_private_text_stays_private_when_edited(room: Room) -> None:
    message = await first(room, private=True)
    modal = await (await room.sandbox.click(message, "Edit")).modal_opened()
    assert (await (await room.sandbox.submit_modal(modal)).shows(written)).ephemeral


async def test_a_long_prompt_is_edited_at_its_end(room: Room) -> None:
    message = await first(room, length=4000)
    continued = await (await room.sandbox.click(message, "Continue")).shows(written)
    modal = await (await room.sandbox.click(continued, "Edit")).modal_opened()
    row = await room.row(await room.last_row(), ended)
    assert modal["prompt"].value == row.prompt[-4000:]
    answer = await (await room.sandbox.submit_modal(modal)).shows(written)
    assert (await row_of(room, answer)).prompt == row.prompt
    assert literal("romeo") not in answer.content


async def test_where_generate_is_off_nothing_is_edited(room: Room) -> None:
    message = await first(room)
    modal = await (await room.sandbox.click(message, "Edit")).modal_opened()
    await (await room.sandbox.invoke("channel off")).answered()
    try:
        assert "off" in await told_by(room, modal)
        refusal = await (await room.sandbox.click(message, "Edit")).answered()
        assert refusal.ephemeral
    finally:
        await (await room.sandbox.invoke("channel on")).answered()


async def told_by(room: Room, modal: object) -> str:
    return (await (await room.sandbox.submit_modal(modal)).answered()).content  # type: ignore[arg-type]
