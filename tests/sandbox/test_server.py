"""The HTTP server: unknown calls, authorization, loopback only, and ports."""

import socket

import aiohttp
import pytest

from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.sandbox.state.errors import PortUnavailable


async def test_an_unknown_call_is_404_and_written_down(http: aiohttp.ClientSession) -> None:
    async with running_sandbox() as sandbox:
        for method, path in (("GET", "/users/1/profile"), ("DELETE", "/users/@me")):
            async with http.request(method, sandbox.api_url + path) as response:
                assert (response.status, await response.json()) == (404, {"message": "404: Not Found", "code": 0})
        assert sandbox.unknown_calls == ["GET /users/1/profile", "DELETE /users/@me"]


@pytest.mark.parametrize("authorization", [None, "Bot wrong", "Bearer {token}"])
async def test_a_wrong_token_is_unauthorized(
    sandbox: Sandbox, http: aiohttp.ClientSession, authorization: str | None
) -> None:
    headers = {"Authorization": authorization.format(token=sandbox.token)} if authorization else {}
    commands = f"/applications/{sandbox.application_id}/commands"
    for path in ("/users/@me", "/oauth2/applications/@me", commands):
        async with http.get(sandbox.api_url + path, headers=headers) as response:
            assert (response.status, await response.json()) == (401, {"message": "401: Unauthorized", "code": 0})


@pytest.mark.parametrize("path", ["/", "/sandbox/state", "/api/v10/users/@me", "/gateway"])
async def test_another_hosts_name_is_refused(sandbox: Sandbox, http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(sandbox.url + path, headers={"Host": "evil.example:80"}) as response:
        assert response.status == 403


async def test_another_origins_page_is_refused(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    headers = {"Origin": "http://evil.example"}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(sandbox.gateway_url, headers=headers)
    assert refused.value.status == 403
    body = {"channel": "general", "content": "spam"}
    async with http.post(f"{sandbox.url}/sandbox/messages", json=body, headers=headers) as response:
        assert response.status == 403
    assert sandbox.messages == []


async def test_broken_json_is_refused(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    headers = {"Authorization": f"Bot {sandbox.token}"}
    url = f"{sandbox.api_url}/applications/{sandbox.application_id}/commands"
    async with http.put(url, data=b"{", headers=headers) as response:
        assert (response.status, (await response.json())["code"]) == (400, 50109)


async def test_only_loopback_is_bound(sandbox: Sandbox) -> None:
    assert sandbox.url.startswith("http://127.0.0.1:")


async def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortUnavailable, match=f"Can't listen on port {port}"):
            async with running_sandbox(port):
                pass


async def test_every_start_is_another_application_unless_told() -> None:
    async with running_sandbox() as one, running_sandbox() as two, running_sandbox(application_id=7) as three:
        assert one.application_id != two.application_id
        assert one.token != two.token
        assert three.application_id == 7


async def test_people_servers_and_channels_are_the_same_at_every_start() -> None:
    async with running_sandbox() as one, running_sandbox() as two:
        assert (one.alice, one.bob) == (two.alice, two.bob)
        for before, after in ((one.guild, two.guild), (one.second_guild, two.second_guild)):
            assert (before.id, before.channels, before.roles[0]) == (after.id, after.channels, after.roles[0])
