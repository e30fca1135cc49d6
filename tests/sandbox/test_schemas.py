"""Validates the sandbox's JSON against Discord's OpenAPI document, if it is available."""

import io
from typing import Any

import aiohttp
import discord
import pytest

from tempera.sandbox.payloads import objects
from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.json_object import Json
from tests.sandbox.puppet import Puppet, callback_url
from tests.sandbox.schemas import check


async def get(sandbox: Sandbox, http: aiohttp.ClientSession, path: str) -> Any:
    async with http.get(sandbox.api_url + path, headers={"Authorization": f"Bot {sandbox.token}"}) as response:
        return await response.json()


@pytest.mark.parametrize(
    ("path", "schema"),
    [("/users/@me", "UserPIIResponse"), ("/applications/@me", "PrivateApplicationResponse")],
)
async def test_the_bot_and_its_application(
    discord_schemas: Json, sandbox: Sandbox, http: aiohttp.ClientSession, path: str, schema: str
) -> None:
    check(discord_schemas, schema, await get(sandbox, http, path))


@pytest.mark.usefixtures("puppet")
async def test_commands(discord_schemas: Json, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    for command in await get(sandbox, http, f"/applications/{sandbox.application_id}/commands"):
        check(discord_schemas, "ApplicationCommandResponse", command)


async def test_messages_of_an_interaction(
    discord_schemas: Json, sandbox: Sandbox, puppet: Puppet, http: aiohttp.ClientSession
) -> None:
    await sandbox.invoke("say", text="hello", whom=sandbox.bob)
    interaction = await puppet.received()
    body: Json = {"type": 4, "data": {"content": f"<@{sandbox.bob.id}>"}}
    async with http.post(callback_url(sandbox, interaction), json=body, params={"with_response": "true"}) as response:
        callback = await response.json()
    check(discord_schemas, "InteractionCallbackResponse", callback)
    assert set(callback["resource"]) == {"type", "message"}
    webhook = f"/webhooks/{sandbox.application_id}/{interaction.token}"
    original = await interaction.original_response()
    await original.edit(attachments=[discord.File(io.BytesIO(b"text"), "text.txt", description="A text")])
    check(discord_schemas, "MessageResponse", await get(sandbox, http, f"{webhook}/messages/@original"))
    sent = await interaction.followup.send("more", wait=True)
    check(discord_schemas, "MessageResponse", await get(sandbox, http, f"{webhook}/messages/{sent.id}"))


async def test_messages_of_a_click_and_of_a_form(
    discord_schemas: Json, sandbox: Sandbox, puppet: Puppet, http: aiohttp.ClientSession
) -> None:
    options = [discord.SelectOption(label="A", value="a")]
    view = discord.ui.View(timeout=60).add_item(discord.ui.Button(label="Go", custom_id="go"))
    view.add_item(discord.ui.Select(custom_id="menu", options=options))
    run = await sandbox.invoke("say", text="hello")
    await (await puppet.received()).response.send_message("text", view=view)
    click = await sandbox.click(await run.answered(), "Go")
    interaction = await puppet.received()
    form = discord.ui.Modal(title="Form", timeout=60).add_item(discord.ui.TextInput(label="A", custom_id="a"))
    await interaction.response.send_modal(form)
    await interaction.followup.send("beside the form")
    await sandbox.submit_modal(await click.modal_opened(), {"a": "x"})
    submitted = await puppet.received()
    await submitted.response.send_message("done", view=view)
    for token in (interaction.token, submitted.token):
        for message in sandbox.messages:
            path = f"/webhooks/{sandbox.application_id}/{token}/messages/{message.id}"
            body = await get(sandbox, http, path)
            if "code" not in body:
                check(discord_schemas, "MessageResponse", body)
    view.stop()


async def test_a_layout(discord_schemas: Json, sandbox: Sandbox, puppet: Puppet, http: aiohttp.ClientSession) -> None:
    layout = discord.ui.LayoutView().add_item(discord.ui.Container(discord.ui.TextDisplay("# Title")))
    layout.add_item(discord.ui.Separator())
    await sandbox.invoke("say", text="hello")
    interaction = await puppet.received()
    await interaction.response.send_message(view=layout)
    path = f"/webhooks/{sandbox.application_id}/{interaction.token}/messages/@original"
    check(discord_schemas, "MessageResponse", await get(sandbox, http, path))


async def test_threads_and_channels(discord_schemas: Json, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    thread = sandbox.start_thread(sandbox.general, "night")
    check(discord_schemas, "ThreadResponse", await get(sandbox, http, f"/channels/{thread.id}"))
    sandbox.deny(sandbox.bob, 1, channel=sandbox.poems)
    for channel in sandbox.guild.channels[:-1]:
        check(discord_schemas, "GuildChannelResponse", await get(sandbox, http, f"/channels/{channel.id}"))
    conversation = sandbox.dm_channel(sandbox.alice)
    check(discord_schemas, "PrivateChannelResponse", await get(sandbox, http, f"/channels/{conversation.id}"))


async def test_parts_of_an_interaction(discord_schemas: Json, sandbox: Sandbox) -> None:
    check(discord_schemas, "PrivateGuildMemberResponse", objects.member_json(sandbox.bob, sandbox.guild))
    check(discord_schemas, "GuildChannelResponse", objects.channel_json(sandbox.general, sandbox.guild))
    check(discord_schemas, "GuildRoleResponse", objects.role_json(sandbox.guild.roles[1], 1))


def test_a_changed_guild_has_nothing_that_only_a_new_one_has(discord_schemas: Json, sandbox: Sandbox) -> None:
    known = discord_schemas["components"]["schemas"]["GuildResponse"]["properties"]
    assert set(objects.changed_guild_json(sandbox.guild)) <= set(known)


async def test_refusals(discord_schemas: Json, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    check(
        discord_schemas, "ErrorResponse", await get(sandbox, http, f"/webhooks/{sandbox.application_id}/x/messages/1")
    )
