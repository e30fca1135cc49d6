"""The gateway: heartbeats, resuming, tokens and intents."""

import asyncio
import json
import zlib

import aiohttp
import discord
import pytest

from tempera.sandbox.client.exchange import TIMEOUT_SECONDS
from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.sandbox.state.world import Timing
from tests.patience import until
from tests.sandbox.puppet import Connect, Puppet


async def test_the_bot_knows_the_server_and_itself(sandbox: Sandbox, puppet: Puppet) -> None:
    await puppet.wait_until_ready()
    guild = puppet.get_guild(sandbox.guild.id)
    assert guild is not None
    assert [channel.name for channel in guild.text_channels] == ["general", "poems", "laboratory"]
    assert guild.me.id == sandbox.application_id == puppet.application_id
    assert guild.owner_id == sandbox.alice.id


async def test_heartbeats_are_acknowledged(connect: Connect) -> None:
    timing = Timing(heartbeat_interval_seconds=0.1)
    async with running_sandbox(timing=timing) as sandbox, connect(sandbox) as puppet:
        await until(lambda: sandbox.gateway.heartbeats >= 3)
        assert puppet.latency < TIMEOUT_SECONDS
        assert sandbox.gateway.identified == 1


@pytest.mark.parametrize("how", ["the line is lost", "the gateway asks"])
async def test_a_reconnecting_bot_misses_nothing(sandbox: Sandbox, puppet: Puppet, how: str) -> None:
    if how == "the gateway asks":
        await sandbox.gateway.request_reconnect()
    else:
        await sandbox.gateway.close(4000)
    run = await sandbox.invoke("say", text="while away")
    interaction = await puppet.received()
    await interaction.response.send_message("back")
    assert (await run.answered()).content == "back"
    assert (sandbox.gateway.identified, sandbox.gateway.resumed) == (1, 1)


async def test_a_forgotten_session_cannot_be_resumed(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(sandbox.gateway_url) as socket:
        assert (await socket.receive_json(timeout=TIMEOUT_SECONDS))["op"] == 10
        await socket.send_json({"op": 6, "d": {"token": sandbox.token, "session_id": "gone", "seq": 3}})
        assert await socket.receive_json(timeout=TIMEOUT_SECONDS) == {"op": 9, "d": False, "s": None, "t": None}


async def test_events_that_a_bot_has_reported_as_received_are_dropped(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    async with http.ws_connect(sandbox.gateway_url) as socket:
        await socket.receive_json(timeout=TIMEOUT_SECONDS)
        await socket.send_json({"op": 2, "d": {"token": sandbox.token, "intents": 1}})
        ready = await socket.receive_json(timeout=TIMEOUT_SECONDS)
        servers = [await socket.receive_json(timeout=TIMEOUT_SECONDS) for _ in range(2)]
        assert [event["s"] for event in (ready, *servers)] == [1, 2, 3]
        await socket.send_json({"op": 1, "d": 2})
        await socket.receive_json(timeout=TIMEOUT_SECONDS)
        await socket.close(code=4000)
    resume = {"token": sandbox.token, "session_id": ready["d"]["session_id"]}
    for sequence, answers in ((1, [(9, None)]), (2, [(0, "GUILD_CREATE"), (0, "RESUMED")])):
        async with http.ws_connect(sandbox.gateway_url) as socket:
            await socket.receive_json(timeout=TIMEOUT_SECONDS)
            await socket.send_json({"op": 6, "d": resume | {"seq": sequence}})
            got = [await socket.receive_json(timeout=TIMEOUT_SECONDS) for _ in answers]
            assert [(frame["op"], frame["t"]) for frame in got] == answers
            await socket.close(code=4000)


async def test_a_session_ends_when_the_bot_says_goodbye(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(sandbox.gateway_url) as socket:
        await socket.receive_json(timeout=TIMEOUT_SECONDS)
        await socket.send_json({"op": 2, "d": {"token": sandbox.token, "intents": 1}})
        ready = await socket.receive_json(timeout=TIMEOUT_SECONDS)
        await socket.close(code=1000)
    async with http.ws_connect(sandbox.gateway_url) as socket:
        await socket.receive_json(timeout=TIMEOUT_SECONDS)
        resume = {"token": sandbox.token, "session_id": ready["d"]["session_id"], "seq": 1}
        await socket.send_json({"op": 6, "d": resume})
        assert (await socket.receive_json(timeout=TIMEOUT_SECONDS))["op"] == 9


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"op": 2, "d": {"token": "wrong", "intents": 1}}, 4004),
        ({"op": 2, "d": {"token": "{token}", "intents": 1 << 15}}, 4014),
        ({"op": 6, "d": {"token": "wrong", "session_id": "", "seq": 1}}, 4004),
        ({"op": 3, "d": {}}, 4003),
        ({"op": 99}, 4001),
        ("no json", 4002),
    ],
)
async def test_a_broken_protocol_closes_the_connection(
    sandbox: Sandbox, http: aiohttp.ClientSession, frame: object, code: int
) -> None:
    async with http.ws_connect(sandbox.gateway_url) as socket:
        await socket.receive_json(timeout=TIMEOUT_SECONDS)
        if frame == "no json":
            await socket.send_str("no json")
        else:
            await socket.send_str(json.dumps(frame).replace("{token}", sandbox.token))
        closed = await socket.receive(timeout=TIMEOUT_SECONDS)
        assert (closed.type, socket.close_code) == (aiohttp.WSMsgType.CLOSE, code)


async def test_frames_come_compressed_to_who_asks_for_it(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    inflated = zlib.decompressobj()
    async with http.ws_connect(f"{sandbox.gateway_url}?v=10&encoding=json&compress=zlib-stream") as socket:
        hello = await socket.receive_bytes(timeout=TIMEOUT_SECONDS)
        assert hello.endswith(b"\x00\x00\xff\xff")
        assert json.loads(inflated.decompress(hello))["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": sandbox.token, "intents": 1}})
        ready = json.loads(inflated.decompress(await socket.receive_bytes(timeout=TIMEOUT_SECONDS)))
        assert ready["t"] == "READY"


async def test_a_bot_identifies_once(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(sandbox.gateway_url) as socket:
        for _ in range(2):
            await socket.send_json({"op": 2, "d": {"token": sandbox.token, "intents": 0}})
        while (await socket.receive(timeout=TIMEOUT_SECONDS)).type is not aiohttp.WSMsgType.CLOSE:
            pass
        assert socket.close_code == 4005


async def test_nobody_resumes_from_the_future(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(sandbox.gateway_url) as socket:
        await socket.receive_json(timeout=TIMEOUT_SECONDS)
        await socket.send_json({"op": 2, "d": {"token": sandbox.token, "intents": 1}})
        session_id = (await socket.receive_json(timeout=TIMEOUT_SECONDS))["d"]["session_id"]
        await socket.close(code=4000)
    async with http.ws_connect(sandbox.gateway_url) as socket:
        await socket.receive_json(timeout=TIMEOUT_SECONDS)
        await socket.send_json({"op": 6, "d": {"token": sandbox.token, "session_id": session_id, "seq": 99}})
        await socket.receive(timeout=TIMEOUT_SECONDS)
        assert socket.close_code == 4007


async def test_a_silent_bot_is_dropped(http: aiohttp.ClientSession) -> None:
    async with (
        running_sandbox(timing=Timing(heartbeat_interval_seconds=0.05)) as sandbox,
        http.ws_connect(sandbox.gateway_url) as socket,
    ):
        await socket.receive_json(timeout=TIMEOUT_SECONDS)
        await socket.receive(timeout=TIMEOUT_SECONDS)
        assert socket.close_code == 4009


async def test_a_wrong_token_cannot_log_in(sandbox: Sandbox, connect: Connect) -> None:
    async with connect(sandbox):
        client = discord.Client(intents=discord.Intents.none())
        with pytest.raises(discord.LoginFailure):
            await client.login("wrong")
        await client.close()


async def test_without_the_messages_intent_no_message_is_seen(sandbox: Sandbox, puppet: Puppet) -> None:
    await sandbox.post("a secret")
    await sandbox.invoke("say", text="after it")
    await puppet.received()
    assert puppet.seen_messages.empty()


async def test_without_the_content_intent_messages_come_empty(sandbox: Sandbox, connect: Connect) -> None:
    async with connect(sandbox, discord.Intents(guilds=True, guild_messages=True)) as puppet:
        await sandbox.post("a secret", user=sandbox.bob)
        message = await asyncio.wait_for(puppet.seen_messages.get(), timeout=TIMEOUT_SECONDS)
        assert (message.author.id, message.content) == (sandbox.bob.id, "")
