"""Translations of commands: what Discord refuses, and what it lists; and the languages of servers."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import discord
import pytest

from tempera.sandbox.client.exchange import TIMEOUT_SECONDS
from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.locales import LOCALES
from tests.sandbox.puppet import Connect, Puppet
from tests.sandbox.schemas import check
from tests.sandbox.translated import translate

TEXT = {"type": 3, "name": "text", "description": "A text"}
SIZE = {"type": 3, "name": "size", "description": "A size"}
REGEX, LENGTH = "STRING_TYPE_REGEX", "BASE_TYPE_BAD_LENGTH"
TAKEN, CHOICES = "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "BASE_TYPE_CHOICES"


def named(item: Json, **translations: Any) -> Json:
    """Return an option with names in other languages; an underscore stands for a hyphen."""
    return item | {"name_localizations": {locale.replace("_", "-"): name for locale, name in translations.items()}}


async def register(sandbox: Sandbox, http: aiohttp.ClientSession, *definitions: Json) -> Any:
    """Register commands as a bot does, and return the response's body."""
    url = f"{sandbox.api_url}/applications/{sandbox.application_id}/commands"
    headers = {"Authorization": f"Bot {sandbox.token}"}
    async with http.put(url, json=definitions, headers=headers) as response:
        return await response.json()


async def listed(sandbox: Sandbox, http: aiohttp.ClientSession, query: str = "", locale: str | None = None) -> Any:
    """Return the registered commands as Discord lists them."""
    url = f"{sandbox.api_url}/applications/{sandbox.application_id}/commands{query}"
    headers = {"Authorization": f"Bot {sandbox.token}"} | ({"X-Discord-Locale": locale} if locale else {})
    async with http.get(url, headers=headers) as response:
        return await response.json()


def command(**fields: Any) -> Json:
    return {"name": "shout", "description": "Shout", **fields}


def code_at(errors: Mapping[str, Any], place: str) -> str:
    for key in place.split("."):
        errors = errors[key]
    return str(errors["_errors"][0]["code"])


@pytest.mark.parametrize(
    ("definition", "place", "code"),
    [
        (named(command(), fr="Crier"), "name_localizations.fr", REGEX),
        (named(command(), fr="crier fort"), "name_localizations.fr", REGEX),
        (named(command(), fr="crie!"), "name_localizations.fr", REGEX),
        (named(command(), ja="叫ぶ・声"), "name_localizations.ja", REGEX),  # the middle dot is punctuation
        (named(command(), fr="e\N{COMBINING ACUTE ACCENT}cho"), "name_localizations.fr", REGEX),
        (named(command(), de="a" * 33), "name_localizations.de", LENGTH),
        (named(command(), de=""), "name_localizations.de", LENGTH),
        (named(command(), de=None), "name_localizations.de", "BASE_TYPE_REQUIRED"),
        (named(command(), de=5), "name_localizations.de", "STRING_TYPE_CONVERT"),
        (command(name_localizations=["de"]), "name_localizations", "DICT_TYPE_CONVERT"),
        (named(command(), es="gritar"), "name_localizations.es", CHOICES),
        (named(command(), de_DE="rufen"), "name_localizations.de-DE", CHOICES),
        (command(description_localizations={"de": "d" * 101}), "description_localizations.de", LENGTH),
        (command(description_localizations={"pt": "Gritar"}), "description_localizations.pt", CHOICES),
        (command(options=[named(TEXT, fr="Texte")]), "options.0.name_localizations.fr", REGEX),
        (command(options=[named(TEXT, de="x"), named(SIZE, de="x")]), "options.1.name_localizations.de", TAKEN),
        (command(options=[TEXT, named(SIZE, de="text")]), "options.1.name_localizations.de", TAKEN),
        (command(options=[named(TEXT, de="size"), named(SIZE, de="y")]), "options.0.name_localizations.de", TAKEN),
        (
            command(
                options=[{"type": 1, "name": "in", "description": "In", "options": [TEXT, named(SIZE, de="text")]}]
            ),
            "options.0.options.1.name_localizations.de",
            TAKEN,
        ),
        (
            command(
                options=[TEXT | {"choices": [{"name": "a", "value": "a", "name_localizations": {"de": "a" * 101}}]}]
            ),
            "options.0.choices.0.name_localizations.de",
            LENGTH,
        ),
        (
            command(options=[TEXT | {"choices": [{"name": "a", "value": "a", "name_localizations": {"xx": "a"}}]}]),
            "options.0.choices.0.name_localizations.xx",
            CHOICES,
        ),
        ({"type": 3, **named({"name": "Quote"}, de="a" * 33)}, "name_localizations.de", LENGTH),
        ({"type": 3, **named({"name": "Quote"}, xx="Zitieren")}, "name_localizations.xx", CHOICES),
    ],
)
async def test_translations_that_discord_does_not_take_are_refused(
    sandbox: Sandbox, http: aiohttp.ClientSession, definition: Json, place: str, code: str
) -> None:
    body = await register(sandbox, http, definition)
    assert body["code"] == 50035
    assert code_at(body["errors"], f"0.{place}") == code
    assert not sandbox.commands


async def test_translations_that_discord_takes(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    names = {"hi": "चिल्लाना", "th": "ตะโกนชื่อ", "ja": "ユーザーを叫ぶ", "fr": "l'été", "de": "größe_2-ß", "zh-CN": "喊"}
    options = [named(TEXT, de="größe", fr="text"), named(SIZE, de="maß", fr="grandeur", es_419="größe")]
    menu = {"type": 3, **named({"name": "Quote this"}, de="Diese Nachricht zitieren")}
    body = await register(sandbox, http, command(name_localizations=names, options=options), menu)
    assert [one["name"] for one in body] == ["shout", "Quote this"]
    assert body[0]["name_localizations"] == names


@pytest.mark.parametrize(("letters", "accepted"), [(39, True), (40, False)])
async def test_of_all_translations_the_longest_counts_towards_a_commands_size(
    sandbox: Sandbox, http: aiohttp.ClientSession, letters: int, accepted: bool
) -> None:
    """The 78 groups and subcommands have 102 letters each, the command's name has 5, and 8,000 are allowed."""
    longest = {"de": "d" * 100, "fr": "f" * 99, "ja": "あ" * 50}
    part = {"type": 1, "description": "short", "description_localizations": longest}
    parts = [{**part, "name": f"{index:02}"} for index in range(25)]
    groups = [{**part, "type": 2, "name": f"{index:02}", "options": parts} for index in range(3)]
    whole = command(options=groups, description_localizations={"fr": "f" * letters, "de": "d"})
    body = await register(sandbox, http, whole)
    assert isinstance(body, list) == accepted
    assert accepted or code_at(body["errors"], "0") == "APPLICATION_COMMAND_TOO_LARGE"


def test_the_locales_are_discords(discord_schemas: Json) -> None:
    known = [one["const"] for one in discord_schemas["components"]["schemas"]["AvailableLocalesEnum"]["oneOf"]]
    assert list(LOCALES) == known


async def test_commands_are_listed_in_one_language_unless_all_are_asked_for(
    discord_schemas: Json, sandbox: Sandbox, puppet: Puppet, http: aiohttp.ClientSession
) -> None:
    await translate(puppet)
    plain, german = await listed(sandbox, http), await listed(sandbox, http, locale="de")
    whole = await listed(sandbox, http, "?with_localizations=true")
    for body in (*plain, *german, *whole):
        check(discord_schemas, "ApplicationCommandResponse", body)
    say = next(one for one in german if one["name"] == "say")
    mood = next(option for option in say["options"] if option["name"] == "mood")
    assert (say["name_localized"], mood["name_localized"]) == ("sagen", "stimmung")
    assert [choice["name_localized"] for choice in mood["choices"]] == ["froh", "traurig"]
    assert "name_localizations" not in str([plain, german])
    assert "name_localized" not in str(whole)
    assert next(one for one in whole if one["name"] == "say")["name_localizations"]["ja"] == "言う"


async def test_a_servers_language_reaches_the_bot_at_once_and_with_each_interaction(
    sandbox: Sandbox, puppet: Puppet
) -> None:
    await puppet.wait_until_ready()
    guild = puppet.get_guild(sandbox.guild.id)
    assert guild is not None
    before = {channel.id for channel in guild.channels}
    changed = asyncio.create_task(puppet.wait_for("guild_update", timeout=TIMEOUT_SECONDS))
    await asyncio.sleep(0)
    sandbox.set_guild_locale(sandbox.guild, "fr")
    old, new = await changed
    assert (old.preferred_locale, new.preferred_locale) == (discord.Locale.american_english, discord.Locale.french)
    assert guild.preferred_locale is discord.Locale.french
    assert {channel.id for channel in guild.channels} == before
    assert guild.me is not None
    for channel, locale in ((sandbox.general, discord.Locale.french), (sandbox.lobby, discord.Locale.american_english)):
        await sandbox.invoke("say", text="hello", channel=channel)
        interaction = await puppet.received()
        assert interaction.guild_locale is locale
        assert interaction.locale is discord.Locale.american_english


async def test_a_bot_that_comes_later_knows_a_servers_language(sandbox: Sandbox, connect: Connect) -> None:
    sandbox.set_guild_locale(sandbox.second_guild, "ja")
    async with connect(sandbox) as puppet:
        await puppet.wait_until_ready()
        languages = {guild.name: guild.preferred_locale.value for guild in puppet.guilds}
    assert languages == {"Tempera": "en-US", "Atelier": "ja"}


async def test_direct_messages_have_no_server_and_no_servers_language(sandbox: Sandbox, puppet: Puppet) -> None:
    sandbox.set_guild_locale(sandbox.guild, "fr")
    sandbox.locales[sandbox.bob.id] = "de"
    await sandbox.invoke("say", text="hello", user=sandbox.bob, channel=sandbox.dm_channel(sandbox.bob))
    interaction = await puppet.received()
    assert (interaction.locale, interaction.guild_locale) == (discord.Locale.german, None)


def test_a_language_that_discord_does_not_have_is_no_servers(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="tlh is none of Discord's locales: ar, bg"):
        sandbox.set_guild_locale(sandbox.guild, "tlh")
    assert sandbox.guild.preferred_locale == "en-US"
