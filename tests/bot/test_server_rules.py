"""What a server allows: words that never show, quotas by role, and a cooldown; each server for itself."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete

from tempera.bot.moderation.words import BlockedWords
from tempera.bot.replies.answer import Ending
from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.state.permissions import Permission
from tempera.storage.servers.rules import MOST_WORDS, GuildRules, rules_of
from tempera.storage.tables import GuildRulesRow, GuildUsageRow
from tempera.storage.texts.history import Generation, Status
from tests.bot.admin_play import says
from tests.bot.conftest import Room, row_of, written

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def no_rules_afterwards(room: Room) -> AsyncIterator[None]:
    yield
    await room.bot.resources.database.write(
        lambda session: [session.execute(delete(row)) for row in (GuildRulesRow, GuildUsageRow)] and None
    )
    for guild in (room.sandbox.guild, room.sandbox.second_guild):
        room.bot.resources.rules.forget(guild.id)


async def say(room: Room, command: str, **options: Any) -> str:
    return await says(await room.sandbox.invoke(f"server {command}", **options))


async def text_of(room: Room, **options: Any) -> tuple[Generation, str]:
    """Return the row of a text, and its message's content."""
    given: dict[str, Any] = {"prompt": "Oh", "length": 120, "seed": 5} | options
    message = await (await room.play(**given)).shows(written)
    row = await row_of(room, message)
    assert row.status is Status.DONE
    return row, message.content


def words_in(text: str) -> list[str]:
    """Return the whole words in a text, without those at its ends."""
    found = re.finditer(r"(?<!\w)[^\W_]+(?!\w)", text)
    return [each[0] for each in found if each.start() and each.end() < len(text)]


async def test_a_blocked_word_never_shows_and_the_text_goes_on_to_its_length(room: Room) -> None:
    before, _ = await text_of(room)
    word = words_in(before.text)[0]
    assert f"||{word}||" in (await say(room, "block-word", word=word)).replace("\\", "")
    after, content = await text_of(room)
    blocked = BlockedWords([word])
    assert blocked.first("Oh" + before.text, 2)
    assert blocked.first("Oh" + after.text, 2) is None
    assert len(after.text) == 120
    assert Ending.BEFORE_WORD not in content
    again, _ = await text_of(room)
    assert again.text == after.text, "the same seed and words give the same text"
    assert after.params == before.params
    elsewhere, _ = await text_of(room, channel=room.sandbox.lobby)
    assert elsewhere.text == before.text, "another server is another matter"


@pytest.mark.parametrize("word", ["qqqq", "猫", "no such phrase"])
async def test_a_text_without_blocked_words_stays_as_it_is(room: Room, word: str) -> None:
    before, _ = await text_of(room)
    await say(room, "block-word", word=word)
    after, content = await text_of(room)
    assert after.text == before.text
    assert Ending.BEFORE_WORD not in content


async def test_a_text_that_cannot_avoid_a_word_ends_before_it(room: Room) -> None:
    """At temperature 0 nothing else can be drawn."""
    before, _ = await text_of(room, temperature=0.0, length=60)
    sign = next(each for each in before.text[5:] if not each.isalnum() and not each.isspace() and each != "_")
    await say(room, "block-word", word=sign)
    after, content = await text_of(room, temperature=0.0, length=60)
    assert after.text == before.text.partition(sign)[0]
    assert Ending.BEFORE_WORD in content


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("generate", {"prompt": "A white ROSE"}),
        ("compare", {"prompt": "rose"}),
        ("preset use", {"name": "thorny", "prompt": "Oh"}),
    ],
)
async def test_a_prompt_with_a_blocked_word_is_refused(room: Room, command: str, options: dict[str, Any]) -> None:
    if "name" in options:
        await says(await room.sandbox.invoke("preset save", name="thorny", opening="The rose "))
    await say(room, "block-word", word="rose")
    rows = await room.last_row()
    assert await says(await room.sandbox.invoke(command, **options)) == "This server blocks a word in your prompt: rose"
    assert await room.last_row() == rows
    assert "rose" not in await say(room, "allow-word", word="x")
    await say(room, "allow-word", word="rose")
    await (await room.sandbox.invoke(command, **options)).shows(written)


async def test_words_are_offered_to_be_allowed_and_shown_in_spoilers(room: Room) -> None:
    for word in ("rose", "**lily**", "  two   words "):
        await say(room, "block-word", word=word)
    offered = await room.sandbox.autocomplete("server allow-word", "word", "")
    assert [each.value for each in offered] == ["rose", "**lily**", "two words"]
    shown = await say(room, "rules")
    assert r"Blocked words: ||rose||, ||\*\*lily\*\*||, ||two words||" in shown
    assert await say(room, "block-word", word="\u200b") == (
        "That isn't a word: use letters, digits or symbols that can be seen."
    )


async def test_there_are_at_most_so_many_words(room: Room) -> None:
    rules = GuildRulesRow(
        guild_id=room.sandbox.guild.id, cooldown_seconds=0, quotas={}, words=[f"w{n}" for n in range(MOST_WORDS)]
    )
    await room.bot.resources.database.write(lambda session: session.merge(rules) and None)
    said = await say(room, "block-word", word="more")
    assert said == "This server already blocks 200 words, the maximum. Run /server allow-word first."


async def test_only_those_who_manage_the_server_change_its_rules(room: Room) -> None:
    bob, guild = room.sandbox.bob, room.sandbox.guild
    room.sandbox.unlock_command("server")
    for command, options in (("block-word", {"word": "x"}), ("cooldown", {"seconds": 5}), ("rules", {})):
        said = await says(await room.sandbox.invoke(f"server {command}", user=bob, **options))
        assert said == "You need the permission Manage Server."
    assert await rules_of(room.bot.resources.database, guild.id) == GuildRules()
    room.sandbox.allow(bob, Permission.MANAGE_GUILD)
    assert "30 seconds" in await says(await room.sandbox.invoke("server cooldown", user=bob, seconds=30))
    room.sandbox.deny(bob, Permission.MANAGE_GUILD)


async def generated(room: Room, **options: Any) -> Exchange:
    return await room.play(prompt="Oh", length=5, user=room.sandbox.bob, **options)


async def test_a_servers_cooldown_holds_there(room: Room) -> None:
    await say(room, "cooldown", seconds=600)
    await (await generated(room)).shows(written)
    assert (await says(await generated(room))).startswith("You're on cooldown. Try again <t:")
    await (await generated(room, channel=room.sandbox.lobby)).shows(written)
    await say(room, "cooldown", seconds=0)
    await (await generated(room)).shows(written)


async def test_a_quota_lets_as_many_texts_through_as_it_says_also_at_once(room: Room) -> None:
    everyone = room.sandbox.guild.roles[0]
    shown = await say(room, "quota", role=everyone, texts=2)
    assert "Quota of everyone: 2 texts a day" in shown
    messages = await asyncio.gather(*(generated(room) for _ in range(5)))
    said = [
        await each.shows(lambda message: bool(message.content) and "writing" not in message.content)
        for each in messages
    ]
    refused = [
        each for each in said if each.content.startswith("You have reached your quota in this server: 2 texts a day.")
    ]
    assert (len(said), len(refused)) == (5, 3)
    await (await generated(room, channel=room.sandbox.lobby)).shows(written)
    await say(room, "quota", role=everyone)
    await (await generated(room)).shows(written)


async def test_the_largest_quota_of_a_persons_roles_holds(room: Room) -> None:
    guild, bob = room.sandbox.guild, room.sandbox.bob
    room.sandbox.allow(bob, Permission.MANAGE_MESSAGES)
    own = next(role for role in guild.roles if role.name == "bob's")
    await say(room, "quota", role=guild.roles[0], texts=0)
    assert f"Quota of <@&{own.id}>: 2 texts a day" in await say(room, "quota", role=own, texts=2)
    for _ in range(2):
        await (await generated(room)).shows(written)
    assert (await says(await generated(room))).startswith("You have reached your quota in this server: 2 texts a day.")
    refused = await says(await room.play(prompt="Oh", length=5))
    assert refused.startswith("You have reached your quota in this server: 0 texts a day.")
