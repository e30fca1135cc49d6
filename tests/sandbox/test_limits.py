"""Rate limits, and limits on embeds."""

import time
from typing import Any

import aiohttp
import discord
import pytest

from tempera.sandbox.limits.embeds import check_embeds
from tempera.sandbox.rest.paths import WEBHOOK_MESSAGE
from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.sandbox.state.errors import ApiError
from tempera.sandbox.state.world import Timing
from tests.sandbox.puppet import Connect, Puppet


async def test_fast_edits_are_refused_and_told_when_to_come_back(
    sandbox: Sandbox, puppet: Puppet, http: aiohttp.ClientSession
) -> None:
    run = await sandbox.invoke("say", text="hello")
    interaction = await puppet.received()
    await interaction.response.send_message("0")
    url = f"{sandbox.api_url}/webhooks/{sandbox.application_id}/{interaction.token}/messages/@original"
    for number in range(1, 6):
        async with http.patch(url, json={"content": str(number)}) as response:
            assert (response.status, response.headers["X-RateLimit-Remaining"]) == (200, str(5 - number))
            assert 0 < float(response.headers["X-RateLimit-Reset-After"]) <= 5
    async with http.patch(url, json={"content": "6"}) as response:
        body = await response.json()
        assert (response.status, body["global"], 0 < body["retry_after"] <= 5) == (429, False, True)
        assert response.headers["X-RateLimit-Bucket"]
    assert sandbox.rate_limited_calls == [f"PATCH {WEBHOOK_MESSAGE}"]
    assert (await run.answered()).content == "5"


async def test_another_answer_has_a_limit_of_its_own(sandbox: Sandbox, puppet: Puppet) -> None:
    began = time.monotonic()
    for _ in range(2):
        await sandbox.invoke("say", text="hello")
        interaction = await puppet.received()
        await interaction.response.send_message("0")
        for number in range(4):  # after the fifth the client waits
            await interaction.edit_original_response(content=f"{number}")
    assert time.monotonic() - began < 3


async def test_the_client_waits_where_the_limit_is_reached(connect: Connect) -> None:
    async with running_sandbox(timing=Timing(rate_limit_seconds=0.5)) as sandbox, connect(sandbox) as puppet:
        run = await sandbox.invoke("say", text="hello")
        interaction = await puppet.received()
        await interaction.response.send_message("0")
        began = time.monotonic()
        for number in range(1, 7):
            await interaction.edit_original_response(content=str(number))
        assert (await run.answered()).content == "6"
        assert time.monotonic() - began >= 0.4


async def test_the_client_comes_back_after_a_refusal(connect: Connect, http: aiohttp.ClientSession) -> None:
    async with running_sandbox(timing=Timing(rate_limit_seconds=0.5)) as sandbox, connect(sandbox) as puppet:
        run = await sandbox.invoke("say", text="hello")
        interaction = await puppet.received()
        await interaction.response.send_message("0")
        url = f"{sandbox.api_url}/webhooks/{sandbox.application_id}/{interaction.token}/messages/@original"
        statuses = [(await http.patch(url, json={"content": f"{number}"})).status for number in range(6)]
        assert statuses[-1] == 429
        await interaction.edit_original_response(content="at last")
        assert (await run.answered()).content == "at last"


async def test_messages_in_a_channel_have_limits_too(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    url = f"{sandbox.api_url}/channels/{sandbox.general.id}/messages"
    statuses = []
    for number in range(6):
        headers = {"Authorization": f"Bot {sandbox.token}"}
        async with http.post(url, json={"content": str(number)}, headers=headers) as response:
            statuses.append(response.status)
    assert statuses == [200] * 5 + [429]


def embed(**parts: Any) -> dict[str, Any]:
    return {"title": "t"} | parts


@pytest.mark.parametrize(
    ("embeds", "place"),
    [
        ([embed()] * 11, ("embeds",)),
        ([embed(title="x" * 257)], ("embeds", "0", "title")),
        ([embed(description="x" * 4097)], ("embeds", "0", "description")),
        ([embed(fields=[{"name": "n", "value": "v"}] * 26)], ("embeds", "0", "fields")),
        ([embed(fields=[{"name": "", "value": "v"}])], ("embeds", "0", "fields", "0", "name")),
        ([embed(fields=[{"name": "n", "value": "v" * 1025}])], ("embeds", "0", "fields", "0", "value")),
        ([embed(footer={"text": "x" * 2049})], ("embeds", "0", "footer", "text")),
        ([embed(description="x" * 3000), embed(description="x" * 3000)], ("embeds",)),
    ],
)
def test_embeds_beyond_discords_limits_are_refused(embeds: list[Any], place: tuple[str, ...]) -> None:
    with pytest.raises(ApiError) as refused:
        check_embeds(embeds)
    assert (refused.value.code, list(refused.value.errors)) == (50035, [place])


def test_embeds_within_discords_limits_are_taken() -> None:
    check_embeds([embed(description="x" * 4096, fields=[{"name": "n" * 256, "value": "v" * 1024}])])


async def test_an_embed_is_refused_by_the_real_call(sandbox: Sandbox, puppet: Puppet) -> None:
    await sandbox.invoke("say", text="hello")
    interaction = await puppet.received()
    with pytest.raises(discord.HTTPException) as refused:
        await interaction.response.send_message(embed=discord.Embed(description="x" * 4097))
    assert (refused.value.code, "data.embeds.0.description" in refused.value.text) == (50035, True)
