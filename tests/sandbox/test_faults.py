"""Faults that tests inject into Discord's API and gateway."""

import aiohttp
import discord
import pytest

from tempera.sandbox.gateway.session import CloseCode
from tempera.sandbox.rest.faults import Fault
from tempera.sandbox.rest.paths import CALLBACK, ME, WEBHOOK_MESSAGE
from tempera.sandbox.server import Sandbox
from tests.sandbox.puppet import Puppet

EDIT = f"PATCH {WEBHOOK_MESSAGE}"


@pytest.fixture
async def interaction(sandbox: Sandbox, puppet: Puppet) -> discord.Interaction:
    await sandbox.invoke("say", text="hello")
    return await puppet.received()


async def test_a_call_fails_as_often_as_injected_with_discords_code(
    sandbox: Sandbox, interaction: discord.Interaction
) -> None:
    await interaction.response.defer()
    sandbox.inject(EDIT, Fault(status=400, code=50083, message="Thread is archived"), times=2)
    for _ in range(2):
        with pytest.raises(discord.HTTPException, match="Thread is archived") as error:
            await interaction.edit_original_response(content="one")
        assert (error.value.status, error.value.code) == (400, 50083)
    await interaction.edit_original_response(content="two")
    (message,) = sandbox.messages
    assert [shown.content for shown in message.history] == ["two"]


async def test_a_request_can_be_carried_out_and_answered_with_an_error(
    sandbox: Sandbox, interaction: discord.Interaction
) -> None:
    sandbox.inject(f"POST {CALLBACK}", Fault(status=502, applied=True))
    with pytest.raises(discord.HTTPException) as error:  # discord.py repeats it
        await interaction.response.send_message("hello")
    assert (error.value.status, error.value.code) == (400, 40060)
    assert [message.content for message in sandbox.messages] == ["hello"]


async def test_a_connection_can_be_cut(sandbox: Sandbox, interaction: discord.Interaction) -> None:
    await interaction.response.defer()
    sandbox.inject(EDIT, Fault(resets=True))
    with pytest.raises(aiohttp.ClientConnectionError):
        await interaction.edit_original_response(content="one")
    await interaction.edit_original_response(content="two")


async def test_an_answer_can_be_a_proxys_page(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    sandbox.inject(f"GET {ME}", Fault(status=429, html="<html>You are being rate limited</html>"))
    async with http.get(f"{sandbox.api_url}{ME}") as response:
        assert (response.status, response.content_type) == (429, "text/html")
        assert "Via" not in response.headers


async def test_a_rate_limit_says_how_long_to_wait(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    sandbox.inject(f"GET {ME}", Fault(status=429, retry_after_seconds=20.0))
    async with http.get(f"{sandbox.api_url}{ME}") as response:
        assert (await response.json())["retry_after"] == 20.0


async def test_faults_that_have_not_happened_can_be_forgotten(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    sandbox.inject(f"GET {ME}", Fault(), times=100)
    sandbox.clear_faults()
    async with http.get(f"{sandbox.api_url}{ME}", headers={"Authorization": f"Bot {sandbox.token}"}) as response:
        assert response.status == 200


async def test_automod_blocks_words_and_leaves_the_message_as_it_was(
    sandbox: Sandbox, interaction: discord.Interaction
) -> None:
    await interaction.response.send_message("good")
    sandbox.blocked_words.add("Bad")
    with pytest.raises(discord.HTTPException) as error:
        await interaction.edit_original_response(content="a baD word")
    assert (error.value.status, error.value.code) == (400, 200000)
    assert [message.content for message in sandbox.messages] == ["good"]


async def test_the_gateway_can_refuse_every_bot(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    sandbox.gateway.refusal = CloseCode.SHARDING_REQUIRED
    async with http.ws_connect(sandbox.gateway_url) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 2, "d": {"token": sandbox.token, "intents": 1}})
        closed = await socket.receive()
    assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 4011)
