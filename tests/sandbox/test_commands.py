"""Registering commands, and invoking them with options."""

from typing import Any

import aiohttp
import pytest
from discord import app_commands

from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.sandbox.state.errors import BotOffline, InvalidOption, NotAcknowledged, UnknownCommand
from tempera.sandbox.state.world import Timing
from tests.sandbox.puppet import Connect, Puppet


async def test_synced_commands_are_listed_with_ids(sandbox: Sandbox, puppet: Puppet) -> None:
    fetched = {command.name: command for command in await puppet.tree.fetch_commands()}
    assert set(fetched) == {"say", "memory"}
    assert str(fetched["say"].id) == sandbox.commands["say"]["id"]
    volume = fetched["say"].options[1]
    assert isinstance(volume, app_commands.Argument)
    assert volume.max_value == 2.0


async def test_a_command_keeps_its_id_when_synced_again(sandbox: Sandbox, puppet: Puppet) -> None:
    before = sandbox.commands["say"]["id"]
    puppet.tree.remove_command("memory")
    await puppet.tree.sync()
    assert list(sandbox.commands) == ["say"]
    assert sandbox.commands["say"]["id"] == before


async def test_commands_of_one_server_are_kept_apart(sandbox: Sandbox, puppet: Puppet) -> None:
    guild = puppet.get_guild(sandbox.guild.id)
    assert guild is not None
    assert await puppet.tree.fetch_commands(guild=guild) == []
    puppet.tree.copy_global_to(guild=guild)
    assert len(await puppet.tree.sync(guild=guild)) == 2


async def test_options_reach_the_bot_as_declared(sandbox: Sandbox, puppet: Puppet) -> None:
    options = {"volume": 2, "times": 5, "mood": "sad", "loud": True, "whom": sandbox.bob, "where": sandbox.poems}
    await sandbox.invoke("say", text="hello", user=sandbox.bob, channel=sandbox.laboratory, **options)
    interaction = await puppet.received()
    extras = interaction.extras
    assert (extras["text"], extras["volume"], extras["times"]) == ("hello", 2.0, 5)
    assert (extras["mood"], extras["loud"]) == ("sad", True)
    assert (extras["whom"].display_name, extras["where"].name) == ("Bob", "poems")
    assert interaction.user.id == sandbox.bob.id
    assert interaction.channel_id == sandbox.laboratory.id
    assert interaction.guild_id == sandbox.guild.id


async def test_admins_and_members_differ_in_permissions(sandbox: Sandbox, puppet: Puppet) -> None:
    for user, may_manage in ((sandbox.alice, True), (sandbox.bob, False)):
        await sandbox.invoke("say", text="hello", user=user)
        assert (await puppet.received()).permissions.manage_guild is may_manage


async def test_a_subcommand_is_played_by_its_words(sandbox: Sandbox, puppet: Puppet) -> None:
    run = await sandbox.invoke("memory keep", name="rose")
    assert (await puppet.received()).extras == {"name": "rose"}
    assert run.interaction.command_name == "memory keep"


@pytest.mark.parametrize(
    ("options", "option", "reason"),
    [
        ({}, "text", "required"),
        ({"text": ""}, "text", "1 to 50 characters, not 0"),
        ({"text": "x" * 51}, "text", "1 to 50 characters, not 51"),
        ({"text": 5}, "text", "is not text"),
        ({"text": "x", "volume": 2.01}, "volume", "must be from 0 to 2"),
        ({"text": "x", "volume": -0.01}, "volume", "must be from 0 to 2"),
        ({"text": "x", "volume": True}, "volume", "is not a number"),
        ({"text": "x", "times": 6}, "times", "must be from 1 to 5"),
        ({"text": "x", "times": 1.5}, "times", "is not a whole number"),
        ({"text": "x", "mood": "angry"}, "mood", "not one of the choices"),
        ({"text": "x", "loud": "yes"}, "loud", "is not true or false"),
        ({"text": "x", "colour": "red"}, "colour", "no such option"),
    ],
)
async def test_bounds_are_refused_before_anything_is_sent(
    sandbox: Sandbox, puppet: Puppet, options: dict[str, Any], option: str, reason: str
) -> None:
    with pytest.raises(InvalidOption, match=reason) as refused:
        await sandbox.invoke("say", **options)
    assert refused.value.option == option
    await sandbox.invoke("say", text="next")
    assert (await puppet.received()).extras["text"] == "next"


async def test_completions_come_live_from_the_bot(sandbox: Sandbox, puppet: Puppet) -> None:
    choices = await sandbox.autocomplete("say", "word", "An")
    assert [(choice.name, choice.value) for choice in choices] == [("Anna", "Anna"), ("Anton", "Anton")]
    choices = await sandbox.autocomplete("say", "word", "B", loud=True)
    assert [(choice.name, choice.value) for choice in choices] == [("BERTA", "Berta"), ("BERT", "Bert")]
    assert puppet.interactions.empty()


@pytest.mark.usefixtures("puppet")
async def test_unknown_commands_name_the_known(sandbox: Sandbox) -> None:
    for name in ("shout", "memory lose"):
        with pytest.raises(UnknownCommand) as unknown:
            await sandbox.invoke(name)
        assert any("memory" in known for known in unknown.value.known)


async def test_without_a_bot_nothing_is_sent(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    headers = {"Authorization": f"Bot {sandbox.token}"}
    url = f"{sandbox.api_url}/applications/{sandbox.application_id}/commands"
    await (await http.put(url, json=[{"name": "shout", "description": "Shout"}], headers=headers)).read()
    with pytest.raises(BotOffline):
        await sandbox.invoke("shout")


async def test_a_bot_that_has_gone_leaves_commands_unanswered(connect: Connect) -> None:
    async with running_sandbox(timing=Timing(acknowledge_seconds=0.1)) as sandbox:
        async with connect(sandbox):
            pass
        run = await sandbox.invoke("say", text="anyone?")
        with pytest.raises(NotAcknowledged):
            await run.acknowledged()


OPTION = {"type": 3, "name": "text", "description": "A text"}


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"name": "Shout"}, ["0", "name"], "STRING_TYPE_REGEX"),
        ({"name": "a" * 33}, ["0", "name"], "BASE_TYPE_BAD_LENGTH"),
        ({"description": "d" * 101}, ["0", "description"], "BASE_TYPE_BAD_LENGTH"),
        ({"description": ""}, ["0", "description"], "BASE_TYPE_BAD_LENGTH"),
        ({"description": None}, ["0", "description"], "BASE_TYPE_REQUIRED"),
        (
            {"description_localizations": {"de": "d" * 101}},
            ["0", "description_localizations", "de"],
            "BASE_TYPE_BAD_LENGTH",
        ),
        ({"options": [OPTION | {"name": f"o{i}"} for i in range(26)]}, ["0", "options"], "BASE_TYPE_MAX_LENGTH"),
        (
            {"options": [OPTION, OPTION | {"name": "late", "required": True}]},
            ["0", "options"],
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        ({"options": [OPTION, OPTION]}, ["0", "options"], "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"),
        (
            {"options": [OPTION | {"description": "d" * 101}]},
            ["0", "options", "0", "description"],
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {"options": [OPTION | {"choices": [{"name": str(i), "value": str(i)} for i in range(26)]}]},
            ["0", "options", "0", "choices"],
            "BASE_TYPE_MAX_LENGTH",
        ),
        ({"options": [OPTION | {"type": 12}]}, ["0", "options", "0", "type"], "BASE_TYPE_CHOICES"),
        (
            {"options": [OPTION | {"type": 5, "autocomplete": True}]},
            ["0", "options", "0", "autocomplete"],
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
        ),
        (
            {
                "options": [
                    OPTION | {"name": f"o{i}", "choices": [{"name": "c", "value": "v" * 400}]} for i in range(25)
                ]
            },
            ["0"],
            "APPLICATION_COMMAND_TOO_LARGE",
        ),
    ],
)
async def test_definitions_beyond_discords_limits_are_refused(
    sandbox: Sandbox, http: aiohttp.ClientSession, change: dict[str, Any], place: list[str], code: str
) -> None:
    definition = {"type": 1, "name": "shout", "description": "Shout", **change}
    url = f"{sandbox.api_url}/applications/{sandbox.application_id}/commands"
    async with http.put(url, json=[definition], headers={"Authorization": f"Bot {sandbox.token}"}) as response:
        body = await response.json()
    assert (response.status, body["code"]) == (400, 50035)
    faults = body["errors"]
    for key in place:
        faults = faults[key]
    assert code in [fault["code"] for fault in faults["_errors"]]
    assert sandbox.commands == {}


async def test_two_commands_of_one_name_are_refused(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    definition = {"name": "shout", "description": "Shout"}
    url = f"{sandbox.api_url}/applications/{sandbox.application_id}/commands"
    headers = {"Authorization": f"Bot {sandbox.token}"}
    async with http.put(url, json=[definition, definition], headers=headers) as response:
        assert "APPLICATION_COMMANDS_DUPLICATE_NAME" in await response.text()


async def test_commands_of_another_application_are_out_of_reach(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    headers = {"Authorization": f"Bot {sandbox.token}"}
    async with http.get(f"{sandbox.api_url}/applications/1/commands", headers=headers) as response:
        assert (response.status, (await response.json())["code"]) == (403, 20012)
