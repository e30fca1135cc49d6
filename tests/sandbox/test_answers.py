"""Responses to interactions: replies, deferrals, edits, follow-ups, files, and what Discord refuses."""

import asyncio
import io

import aiohttp
import discord
import pytest

from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.rest.callbacks import validated_choices
from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.sandbox.state.errors import ApiError, NotAcknowledged, WaitTimeout
from tempera.sandbox.state.world import Timing
from tests.sandbox.puppet import Connect, Puppet, callback_url


async def played(sandbox: Sandbox, puppet: Puppet) -> tuple[Exchange, discord.Interaction]:
    run = await sandbox.invoke("say", text="hello")
    return run, await puppet.received()


def text_file(text: str, name: str = "text.txt") -> discord.File:
    return discord.File(io.BytesIO(text.encode()), name, description="A text")


@pytest.mark.parametrize("ephemeral", [False, True])
async def test_a_reply_is_shown_at_once(sandbox: Sandbox, puppet: Puppet, ephemeral: bool) -> None:
    run, interaction = await played(sandbox, puppet)
    response = await interaction.response.send_message("**Hello**", ephemeral=ephemeral)
    acknowledgement = await run.acknowledged()
    message = await run.answered()
    assert (acknowledgement.kind, acknowledgement.ephemeral) == ("reply", ephemeral)
    assert 0 < acknowledgement.seconds < 3
    assert (message.content, message.ephemeral, message.edited_at) == ("**Hello**", ephemeral, None)
    assert response.message_id == message.id
    assert response.is_ephemeral() is ephemeral
    assert message in sandbox.messages


async def test_a_deferred_answer_thinks_until_it_is_filled(sandbox: Sandbox, puppet: Puppet) -> None:
    run, interaction = await played(sandbox, puppet)
    response = await interaction.response.defer()
    assert response is not None
    assert response.is_thinking()
    assert (await run.acknowledged()).kind == "defer"
    assert run.message is not None
    assert (run.message.loading, run.message.history) == (True, [])
    await interaction.edit_original_response(content="one")
    await interaction.edit_original_response(content="one two")
    message = await run.shows("two")
    assert [shown.content for shown in message.history] == ["one", "one two"]
    assert message.history[0].at_seconds <= message.history[1].at_seconds
    assert (message.loading, message.edited_at is not None) == (False, True)


async def test_the_first_follow_up_after_a_defer_is_the_answer_and_keeps_its_privacy(
    sandbox: Sandbox, puppet: Puppet
) -> None:
    run, interaction = await played(sandbox, puppet)
    await interaction.response.defer(ephemeral=True)
    first = await interaction.followup.send("first", ephemeral=False, wait=True)
    second = await interaction.followup.send("second", ephemeral=False, wait=True)
    message = await run.answered()
    assert (message.content, message.ephemeral, first.id) == ("first", True, message.id)
    follow_up = await run.followed_up()
    assert (follow_up.content, follow_up.ephemeral, follow_up.id) == ("second", False, second.id)
    assert second.reference is not None
    assert second.reference.message_id == message.id


async def test_a_follow_up_to_a_deleted_thinking_answer_stands_alone(sandbox: Sandbox, puppet: Puppet) -> None:
    run, interaction = await played(sandbox, puppet)
    await interaction.response.defer()
    await interaction.delete_original_response()
    await run.gone()
    await interaction.followup.send("sorry", ephemeral=True)
    follow_up = await run.followed_up()
    assert (follow_up.content, follow_up.ephemeral) == ("sorry", True)
    assert sandbox.messages == [follow_up]


async def test_a_follow_up_can_be_edited_and_deleted(sandbox: Sandbox, puppet: Puppet) -> None:
    run, interaction = await played(sandbox, puppet)
    await interaction.response.send_message("answer")
    sent = await interaction.followup.send("more", wait=True)
    await sent.edit(content="much more")
    assert (await run.followed_up()).content == "much more"
    assert (await interaction.followup.fetch_message(sent.id)).content == "much more"
    await sent.delete()
    assert run.followups[0].deleted
    with pytest.raises(discord.NotFound) as missing:
        await sent.edit(content="too late")
    assert missing.value.code == 10008


async def test_an_attachment_comes_back_byte_for_byte(
    sandbox: Sandbox, puppet: Puppet, http: aiohttp.ClientSession
) -> None:
    run, interaction = await played(sandbox, puppet)
    await interaction.response.send_message("see file", file=text_file("ROMÉO\n"))
    message = await run.answered()
    attachment = message.attachments[0]
    assert (attachment.filename, attachment.data.decode(), attachment.description) == (
        "text.txt",
        "ROMÉO\n",
        "A text",
    )
    async with http.get(attachment.url) as response:
        assert await response.read() == "ROMÉO\n".encode()
    original = await interaction.original_response()
    assert await original.attachments[0].read() == "ROMÉO\n".encode()


async def test_an_edit_keeps_the_attachments_it_names(sandbox: Sandbox, puppet: Puppet) -> None:
    run, interaction = await played(sandbox, puppet)
    await interaction.response.send_message("two", files=[text_file("1", "one.txt"), text_file("2", "two.txt")])
    message = await run.answered()
    original = await interaction.original_response()
    await original.edit(content="still two")
    assert [item.filename for item in message.attachments] == ["one.txt", "two.txt"]
    await original.edit(attachments=[original.attachments[1], text_file("3", "three.txt")])
    assert [(item.filename, item.data) for item in message.attachments] == [("two.txt", b"2"), ("three.txt", b"3")]


async def test_white_space_around_the_content_is_stripped(sandbox: Sandbox, puppet: Puppet) -> None:
    run, interaction = await played(sandbox, puppet)
    await interaction.response.send_message("\n  text \n")
    assert (await run.answered()).content == "text"


async def test_two_thousand_characters_are_the_limit(sandbox: Sandbox, puppet: Puppet) -> None:
    run, interaction = await played(sandbox, puppet)
    with pytest.raises(discord.HTTPException) as refused:
        await interaction.response.send_message("é" * 2001)
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert "content: Must be 2000 or fewer in length." in refused.value.text
    assert run.message is None
    await interaction.response.send_message("é" * 2000)
    with pytest.raises(discord.HTTPException) as refused:
        await interaction.edit_original_response(content="x" * 2001)
    assert refused.value.code == 50035
    assert (await run.answered()).content == "é" * 2000


@pytest.mark.parametrize("content", ["", " \n "])
async def test_an_empty_message_is_refused(sandbox: Sandbox, puppet: Puppet, content: str) -> None:
    run, interaction = await played(sandbox, puppet)
    with pytest.raises(discord.HTTPException) as refused:
        await interaction.response.send_message(content)
    assert refused.value.code == 50006
    assert run.message is None


async def test_a_second_callback_is_refused(sandbox: Sandbox, puppet: Puppet, http: aiohttp.ClientSession) -> None:
    _, interaction = await played(sandbox, puppet)
    await interaction.response.defer()
    body = {"type": 4, "data": {"content": "again"}}
    async with http.post(callback_url(sandbox, interaction), json=body) as response:
        assert (response.status, (await response.json())["code"]) == (400, 40060)


async def test_a_callback_of_the_wrong_kind_is_refused(
    sandbox: Sandbox, puppet: Puppet, http: aiohttp.ClientSession
) -> None:
    _, interaction = await played(sandbox, puppet)
    async with http.post(callback_url(sandbox, interaction), json={"type": 8, "data": {"choices": []}}) as response:
        assert (response.status, (await response.json())["code"]) == (400, 50035)


@pytest.mark.parametrize(
    ("choices", "place"),
    [
        ([{"name": "a", "value": "a"}] * 26, ("choices",)),
        ([{"name": "n" * 101, "value": "a"}], ("choices", "0", "name")),
        ([{"name": "", "value": "a"}], ("choices", "0", "name")),
        ([{"name": "a", "value": "v" * 101}], ("choices", "0", "value")),
    ],
)
def test_completions_beyond_discords_limits_are_refused(choices: list[dict[str, str]], place: tuple[str, ...]) -> None:
    with pytest.raises(ApiError) as refused:
        validated_choices({"choices": choices})
    assert (refused.value.code, list(refused.value.errors)) == (50035, [place])
    assert validated_choices({"choices": [{"name": "n" * 100, "value": "v" * 100}] * 25})


async def test_after_three_seconds_the_interaction_is_unknown(connect: Connect) -> None:
    async with running_sandbox(timing=Timing(acknowledge_seconds=0.1)) as sandbox, connect(sandbox) as puppet:
        run, interaction = await played(sandbox, puppet)
        with pytest.raises(NotAcknowledged):
            await run.acknowledged()
        with pytest.raises(discord.NotFound) as missing:
            await interaction.response.send_message("late")
        assert missing.value.code == 10062
        assert run.message is None


@pytest.mark.parametrize("how", ["by itself", "at once"])
async def test_an_interaction_token_ends(connect: Connect, how: str) -> None:
    lifetime_seconds = 1.5 if how == "by itself" else 900.0  # enough for the first response on a busy machine
    timing = Timing(token_lifetime_seconds=lifetime_seconds)
    async with running_sandbox(timing=timing) as sandbox, connect(sandbox) as puppet:
        _, interaction = await played(sandbox, puppet)
        await interaction.response.send_message("in time")
        if how == "by itself":
            await asyncio.sleep(lifetime_seconds)
        else:
            sandbox.expire_tokens()
        with pytest.raises(discord.HTTPException) as refused:
            await interaction.edit_original_response(content="late")
        assert (refused.value.status, refused.value.code) == (401, 50027)


async def test_nothing_follows_an_interaction_without_an_answer(sandbox: Sandbox, puppet: Puppet) -> None:
    _, interaction = await played(sandbox, puppet)
    with pytest.raises(discord.NotFound) as missing:
        await interaction.followup.send("too early")
    assert missing.value.code == 10015


async def test_a_forged_token_is_unknown(sandbox: Sandbox, puppet: Puppet, http: aiohttp.ClientSession) -> None:
    _, interaction = await played(sandbox, puppet)
    interaction.token = "forged"
    async with http.post(callback_url(sandbox, interaction), json={"type": 5}) as response:
        assert (response.status, (await response.json())["code"]) == (404, 10062)


async def test_what_is_awaited_in_vain_is_named(sandbox: Sandbox, puppet: Puppet) -> None:
    run, interaction = await played(sandbox, puppet)
    await interaction.response.send_message("something else")
    with pytest.raises(WaitTimeout, match=r"0\.1 s waiting for /say to show the end; last: 'something else'"):
        await run.shows("the end", timeout_seconds=0.1)
