"""/dial and Show surprise: pictures, with words for those who can't see them, or the words alone."""

import io
from typing import Any

import pytest
from PIL import Image

from tempera.bot.answers.pictures.dial import columns
from tempera.bot.replies.composers.pictures import NO_PICTURE
from tempera.sandbox.state.interactions import StoredMessage
from tests.bot.conftest import FINAL, Room, labels, row_of, written

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


def picture_of(message: StoredMessage, name: str) -> Image.Image:
    (found,) = [attached for attached in message.attachments if attached.filename == name]
    assert found.description
    image = Image.open(io.BytesIO(found.data))
    image.load()
    return image


async def test_the_dial_shows_what_comes_next_at_four_temperatures(room: Room) -> None:
    exchange = await room.sandbox.invoke("dial", prompt="to be *or* no", temperature=0.5)
    message = await exchange.shows("what comes next")
    image = picture_of(message, "dial.png")
    assert image.width > 900
    assert image.getextrema() != ((0, 0),) * 3
    lines = message.content.splitlines()
    assert lines[0] == "**to be \\*or\\* no**"
    assert [line.split(":")[0] for line in lines[1:5]] == ["T 0.2", "T 0.5", "T 1", "T 1.5"]
    assert lines[5] == "-# tiny · what comes next"
    assert str(message.attachments[0].description).splitlines() == [line.replace("\\", "") for line in lines[1:5]]
    assert not message.ephemeral


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"model": "gone"}, "gone"),
        ({"prompt": "\u200b"}, "no visible characters"),
        ({"model": "other", "prompt": "漢"}, "漢"),
    ],
)
async def test_what_has_no_odds_is_refused_privately(room: Room, options: dict[str, Any], reason: str) -> None:
    refusal = await (await room.sandbox.invoke("dial", **{"prompt": "oh", **options})).answered()
    assert refusal.ephemeral
    assert reason in refusal.content


@pytest.mark.parametrize(
    ("chosen", "shown"), [(0.7, [0.2, 0.7, 1.0, 1.5]), (0.0, [0.0, 0.7, 1.0, 1.5]), (2.0, [0.2, 0.7, 1.0, 2.0])]
)
async def test_the_chosen_temperature_is_always_among_them(chosen: float, shown: list[float]) -> None:
    assert columns(chosen) == shown


async def test_surprise_is_attached_to_the_message_and_its_button_goes(room: Room) -> None:
    message = await (await room.play(prompt="romeo", length=300, seed=3)).shows(written)
    content, row = message.content, await row_of(room, message)
    await (await room.sandbox.click(message, "Show surprise", user=room.sandbox.bob)).shows(
        lambda shown: bool(shown.attachments)
    )
    assert picture_of(message, "surprise.png").height > 100
    assert "nats per character. Most surprising: " in str(message.attachments[0].description)
    assert labels(message) == [label for label in FINAL if label != "Show surprise"]
    assert message.content == content
    answer = await (await room.sandbox.click(message, "Continue")).shows(written)
    assert (await row_of(room, answer)).parent_id == row.id


async def test_surprise_keeps_a_long_texts_file(room: Room) -> None:
    message = await (await room.play(prompt="romeo", length=4000, seed=3)).shows(written)
    await (await room.sandbox.click(message, "Show surprise")).shows(lambda shown: len(shown.attachments) == 2)
    assert [attached.filename for attached in message.attachments] == ["tiny-3.txt", "surprise.png"]


async def test_without_pictures_there_are_words(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # the process that draws can't start
    message = await (await room.sandbox.invoke("dial", prompt="to be")).shows("what comes next")
    assert not message.attachments
    assert message.content.endswith(f"\n-# {NO_PICTURE}")
    text = await (await room.play(prompt="romeo", length=30)).shows(written)
    told = await (await room.sandbox.click(text, "Show surprise")).followed_up()
    assert (told.ephemeral, told.content) == (True, NO_PICTURE)
    assert "Show surprise" in labels(text)
