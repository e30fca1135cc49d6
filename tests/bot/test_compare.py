"""/compare: several temperatures or models in one answer, which is written, stopped, stored and continued as one."""

from collections.abc import Iterator
from typing import Any

import pytest

from tempera.bot.answers.compare import separated
from tempera.bot.replies.answer import WRITING
from tempera.bot.replies.markdown import literal
from tempera.models.formats.card import write_card
from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.state.interactions import StoredMessage
from tempera.sandbox.state.world import Timing
from tempera.storage.texts.history import Generation, Status
from tests.bot.conftest import Room, ended, labels, row_of, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

TIMING = Timing(rate_limit_seconds=0)
SLOW = {"pace_characters_per_second": 100, "edit_interval_seconds": 0.2, "whole_answer_seconds": 0.2}


async def compare(room: Room, **options: Any) -> Exchange:
    return await room.sandbox.invoke("compare", **{"prompt": "romeo ", "length": 40, "seed": 3, **options})


async def last_rows(room: Room, count: int) -> list[Generation]:
    last = await room.last_row()
    return [
        await room.row(number, lambda row: ended(row) and row.message_id)
        for number in range(last - count + 1, last + 1)
    ]


def parts(message: StoredMessage) -> Iterator[tuple[str, str]]:
    """Yield each part's heading and text."""
    body = message.content.split("\n-# ")[0]
    for part in body.split("\n**")[1:]:
        heading, _, text = part.partition("**\n…")
        yield heading, text


async def test_one_answer_shows_a_prompt_at_four_temperatures(room: Room) -> None:
    message = await (await compare(room)).shows(written)
    rows = await last_rows(room, 4)
    assert [row.params["temperature"] for row in rows] == [0.2, 0.7, 1.0, 1.5]
    assert {(row.params["seed"], row.params["length"], row.prompt, row.status) for row in rows} == {
        (3, 40, "romeo ", Status.DONE)
    }
    assert len({row.comparison_id for row in rows} - {None}) == 1
    assert {row.message_id for row in rows} == {message.id}
    expected = [(f"T {row.params['temperature']:g}", literal(row.text.lstrip())) for row in rows]
    assert list(parts(message)) == expected
    assert message.content.startswith("**romeo**\n**T 0.2**\n…")
    assert message.content.endswith("\n-# tiny · seed 3")
    assert labels(message) == ["Continue T 0.2", "Continue T 0.7", "Continue T 1", "Continue T 1.5", "Delete"]


async def test_each_text_is_the_one_that_generate_would_write(room: Room) -> None:
    await (await compare(room, values="0.3, 1.2")).shows(written)
    rows = await last_rows(room, 2)
    for row in rows:
        options = {"length": 40, "seed": 3, "temperature": row.params["temperature"]}
        alone = await (await room.play(prompt="romeo ", **options)).shows(written)
        assert (await row_of(room, alone)).text == row.text


async def test_a_seed_that_is_drawn_is_drawn_once_for_all(room: Room) -> None:
    await (await room.sandbox.invoke("compare", prompt="romeo ", length=20)).shows(written)
    assert len({row.params["seed"] for row in await last_rows(room, 4)}) == 1


async def test_models_are_compared_with_the_same_seed(room: Room) -> None:
    card = room.bot.resources.library.card("other")
    folder = room.bot.resources.library.path("other")
    write_card(folder, card.model_copy(update={"default_temperature": 0.6}))
    try:
        message = await (await compare(room, by="model", values="tiny other")).shows(written)
    finally:
        write_card(folder, card)
    rows = await last_rows(room, 2)
    assert [(row.model, row.params["seed"]) for row in rows] == [("tiny", 3), ("other", 3)]
    assert [row.params["temperature"] for row in rows] == [0.8, 0.6]
    assert [heading for heading, _ in parts(message)] == ["tiny · T 0.8", "other · T 0.6"]
    assert message.content.endswith("\n-# seed 3")
    assert labels(message) == ["Continue tiny", "Continue other", "Delete"]


async def test_each_part_goes_on_by_its_button(room: Room) -> None:
    message = await (await compare(room, values="0.3 1.2")).shows(written)
    rows = await last_rows(room, 2)
    answer = await (await room.sandbox.click(message, "Continue T 1.2", user=room.sandbox.bob)).shows(written)
    row = await row_of(room, answer)
    assert (row.parent_id, row.prompt, row.params["temperature"]) == (rows[1].id, "romeo " + rows[1].text, 1.2)
    assert row.comparison_id is None


async def test_a_comparison_streams_and_stop_ends_all_of_it(room: Room) -> None:
    with room.changed(generation=SLOW):
        exchange = await compare(room, length=1000)
        message = await exchange.shows(lambda shown: WRITING in shown.content and len(shown.content) > 200)
        assert [button.label for button in message.buttons] == ["Stop"]
        await (await room.sandbox.click(message, "Stop")).shows(written)
    rows = await last_rows(room, 4)
    assert {row.status for row in rows} == {Status.CANCELLED}
    assert all(row.text for row in rows)
    assert "\n-# Stopped.\n" in message.content


async def test_long_texts_share_the_message_and_are_attached_whole(room: Room) -> None:
    message = await (await compare(room, length=1000, prompt="*" * 200)).shows(written)
    rows = await last_rows(room, 4)
    assert len(message.content.encode("utf-16-le")) <= 4000
    assert len(list(parts(message))) == 4
    attached = message.attachments[0].data.decode()
    assert all(row.prompt + row.text in attached for row in rows)


async def test_a_comparison_counts_as_one_text(room: Room) -> None:
    with room.changed(fairness={"max_running_per_user": 1}):
        assert len(list(parts(await (await compare(room)).shows(written)))) == 4


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"values": "0.5"}, "Compare 2 to 5"),
        ({"values": "0 0.1 0.2 0.3 0.4 0.5"}, "Compare 2 to 5"),
        ({"values": "0.5 hot"}, "0 to 2"),
        ({"values": "0.5 2.5"}, "0 to 2"),
        ({"by": "model", "values": "tiny gone"}, "gone"),
        ({"prompt": "\u200b"}, "no visible characters"),
    ],
)
async def test_what_cannot_be_compared_is_refused_before_anything_is_written(
    room: Room, options: dict[str, Any], reason: str
) -> None:
    before = await room.last_row()
    refusal = await (await compare(room, **options)).answered()
    assert refusal.ephemeral
    assert reason in refusal.content
    assert await room.last_row() == before


async def test_after_a_crash_stop_shows_all_that_was_stored(room: Room) -> None:
    message = await (await compare(room, values="0.3 1.2")).shows(written)
    shown, rows = message.content, await last_rows(room, 2)
    stop = f"stop:{rows[0].id}"
    message.components[0]["components"][0] |= {"custom_id": stop}  # as a crash leaves it
    message.content = ""
    await (await room.sandbox.click(message, stop)).shows("T 0.3")
    assert message.content == shown


async def test_values_complete_to_usual_ones(room: Room) -> None:
    choices = await room.sandbox.autocomplete("compare", "values", "", prompt="Oh")
    assert [choice.value for choice in choices] == ["0.2 0.7 1.0 1.5", "0 0.5 1.0", "0.6 0.8 1.0 1.2"]
    choices = await room.sandbox.autocomplete("compare", "values", "", prompt="Oh", by="model")
    assert [choice.value for choice in choices] == ["other, tiny"]


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("0.2 0.7", ["0.2", "0.7"]),
        ("0.2,0.7", ["0.2", "0.7"]),
        ("0.2, 0.7,", ["0.2", "0.7"]),
        ("0,2 0,7", ["0.2", "0.7"]),
        ("0,2; 0,7;1", ["0.2", "0.7", "1"]),
        ("0,2, 0,7", ["0.2", "0.7"]),
        ("0,1,2", ["0", "1", "2"]),
        ("tiny,other", ["tiny", "other"]),
        (" , ;", []),
    ],
)
async def test_values_are_separated_as_many_languages_write_numbers(typed: str, values: list[str]) -> None:
    assert list(separated(typed)) == values
