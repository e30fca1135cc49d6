import asyncio

import discord
import pytest

from tempera.bot.replies.markdown import literal
from tempera.models.arithmetic import ARITHMETIC
from tempera.sandbox.state.errors import InvalidOption
from tempera.storage.texts.history import Status
from tests.bot.conftest import Room, ended, written

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_answer_goes_on_from_the_prompt(room: Room) -> None:
    exchange = await room.play(prompt="ROMEO:", temperature=0.5, seed=1)
    message = await exchange.shows(written)
    row = await room.row(await room.last_row(), ended)
    assert len(row.text) == 100
    assert message.content.startswith(f"**ROMEO:**{literal(row.text)}\n-# tiny · T 0.5 · seed 1")
    assert not message.ephemeral


async def test_everything_the_text_was_made_from_is_stored(room: Room) -> None:
    exchange = await room.play(
        prompt="So it “goes”",
        temperature=1.25,
        model="tiny",
        length=17,
        seed=2**31 - 1,
        top_k=5,
        top_p=0.9,
        min_p=0.02,
        private=True,
        user=room.sandbox.bob,
        channel=room.sandbox.poems,
    )
    await exchange.shows(written)
    row = await room.row(await room.last_row(), ended)
    assert (row.user_id, row.guild_id, row.channel_id) == (
        room.sandbox.bob.id,
        room.sandbox.guild.id,
        room.sandbox.poems.id,
    )
    assert (row.model, row.params["temperature"], row.params["length"], row.params["seed"]) == (
        "tiny",
        1.25,
        17,
        2**31 - 1,
    )
    assert (row.params["top_k"], row.params["top_p"], row.params["min_p"]) == (5, 0.9, 0.02)
    assert (row.private, row.prompt) == (True, "So it “goes”")
    assert exchange.message
    assert " · top-k 5 · top-p 0.9 · min-p 0.02" in exchange.message.content
    assert row.model_sha256 == room.bot.resources.library.card("tiny").weights_sha256
    assert row.arithmetic == ARITHMETIC
    assert (row.status, len(row.text)) == (Status.DONE, 17)
    assert row.first_piece_seconds is not None
    assert row.seconds is not None
    assert 0 < row.first_piece_seconds <= row.seconds


async def test_the_same_seed_gives_the_same_text_also_in_a_crowd(room: Room) -> None:
    first = await (await room.play(prompt="Oh", seed=5)).shows(written)
    crowd = [await room.play(prompt="Oh", seed=5 if number == 3 else number) for number in range(8)]
    texts = [(await exchange.shows(written)).content.rsplit("\n", 1)[0] for exchange in crowd]
    assert texts[3] == texts[5] == first.content.rsplit("\n", 1)[0]
    assert len(set(texts)) == 7


async def test_a_seed_is_drawn_when_none_is_given(room: Room) -> None:
    exchanges = [await room.play(prompt="Oh", length=1) for _ in range(3)]
    lines = {(await exchange.shows(written)).content.split(" · ")[2] for exchange in exchanges}
    assert len(lines) == 3


async def test_a_private_answer_is_seen_by_its_user_alone(room: Room) -> None:
    exchange = await room.play(prompt="Oh", private=True)
    assert (await exchange.acknowledged()).ephemeral
    assert (await exchange.shows(written)).ephemeral


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"model": "nobody"}, "no model called nobody. Available models: other, tiny."),
        ({"model": "**@everyone**"}, r"no model called \*\*\@everyone\*\*"),
        (
            {"prompt": "1234 漢字"[:4], "model": "other"},
            "other knows none of the characters in your prompt: 1, 2, 3, 4",
        ),
    ],
)
async def test_what_can_be_refused_is_refused_at_once_and_privately(
    room: Room, options: dict[str, str], words: str
) -> None:
    rows = await room.last_row()
    exchange = await room.play(**{"prompt": "ROMEO:"} | options)
    answer = await exchange.acknowledged()
    assert (answer.kind, answer.ephemeral) == ("reply", True)
    message = await exchange.answered()
    assert words in message.content
    assert await room.last_row() == rows


@pytest.mark.parametrize("prompt", ["  \n", "\u3000\u2003"], ids=ascii)
async def test_a_blank_prompt_is_a_beginning(room: Room, prompt: str) -> None:
    message = await (await room.play(prompt=prompt, length=30, seed=4)).shows(written)
    row = await room.row(await room.last_row(), ended)
    assert len(row.text) == 30
    assert message.content.lstrip("\u200b").startswith(f"{literal(row.text).lstrip()}\n-# tiny")


@pytest.mark.parametrize("prompt", ["\u200b", "\u2060"], ids=ascii)
async def test_a_prompt_without_anything_to_see_is_refused(room: Room, prompt: str) -> None:
    rows = await room.last_row()
    exchange = await room.play(prompt=prompt)
    assert (await exchange.acknowledged()).ephemeral
    assert (await exchange.answered()).content == "Your prompt has no visible characters."
    assert await room.last_row() == rows


async def test_characters_that_the_model_does_not_know_are_reported(room: Room) -> None:
    exchange = await room.play(prompt="Café 漢", length=5)
    message = await exchange.shows(written)
    assert message.content.startswith("**Café 漢**")
    assert "\n-# Not in this model's alphabet: é → e, 漢 removed\n" in message.content


async def test_a_long_text_is_attached_whole(room: Room) -> None:
    exchange = await room.play(prompt="ROMEO:", length=3000, seed=8)
    message = await exchange.shows(written)
    row = await room.row(await room.last_row(), ended)
    assert len(message.content) <= 2000
    (attachment,) = message.attachments
    assert attachment.filename == "tiny-8.txt"
    assert attachment.data.decode() == "ROMEO:" + row.text
    assert len(row.text) == 3000


@pytest.mark.parametrize("private", [False, True])
async def test_nobody_is_pinged(room: Room, private: bool) -> None:
    everyone = f"@everyone @here <@{room.sandbox.bob.id}> <@&{room.sandbox.guild.roles[1].id}>"
    exchange = await room.play(prompt=everyone, length=5, private=private)
    assert not (await exchange.shows(written)).pings
    refused = await room.play(prompt="Oh", model=everyone)
    assert not (await refused.answered()).pings


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("prompt", ""),
        ("prompt", "x" * 1501),
        ("temperature", -0.1),
        ("temperature", 2.1),
        ("length", 0),
        ("length", 4001),
        ("seed", -1),
        ("seed", 2**31),
        ("top_k", -1),
        ("top_k", 1001),
        ("top_p", 0),
        ("top_p", 1.1),
        ("min_p", -0.1),
        ("min_p", 1.1),
    ],
)
async def test_discord_itself_keeps_options_in_bounds(room: Room, option: str, value: float | str) -> None:
    with pytest.raises(InvalidOption, match=option):
        await room.play(**{"prompt": "x"} | {option: value})


async def test_the_options_stand_in_their_order(room: Room) -> None:
    command = await room.sandbox.wait_for_command("generate")
    names = [option["name"] for option in command["options"]]
    assert names == [
        "prompt",
        "temperature",
        "length",
        "seed",
        "top_k",
        "top_p",
        "min_p",
        "finish",
        "model",
        "preset",
        "private",
        "language",
    ]
    assert [option["name"] for option in command["options"] if option.get("required")] == ["prompt"]
    assert command["contexts"] == [0, 1, 2]
    assert command["integration_types"] == [0, 1]


@pytest.mark.parametrize(
    ("typed", "names"), [("", ["other", "tiny"]), ("T", ["tiny", "other"]), ("in", ["tiny"]), ("x", [])]
)
async def test_models_complete_as_you_type(room: Room, typed: str, names: list[str]) -> None:
    choices = await room.sandbox.autocomplete("generate", "model", typed)
    assert [choice.value for choice in choices] == names


async def test_the_bot_asks_for_the_servers_and_nothing_else(room: Room) -> None:
    assert room.bot.intents == discord.Intents(guilds=True)
    assert room.bot.allowed_mentions
    assert room.bot.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()


async def test_many_at_once_are_all_answered(room: Room) -> None:
    exchanges = await asyncio.gather(*(room.play(prompt="Oh", length=50) for _ in range(20)))
    assert len({(await exchange.shows(written)).id for exchange in exchanges}) == 20
