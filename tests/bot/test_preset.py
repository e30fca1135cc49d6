"""/preset, and preset: in /generate, as users see them."""

from itertools import count

import pytest

from tempera.bot.presets.built_in import BUILT_IN
from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.client.modals import Modal
from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.errors import InvalidOption
from tempera.sandbox.state.guilds import User
from tempera.storage.texts.history import Generation
from tests.bot.conftest import Room, ended, written
from tests.bot.preset_play import form, said, submitted

pytestmark = pytest.mark.asyncio(loop_scope="module")
numbers = count()


def fresh() -> str:
    """A name that no other test of this module uses."""
    return f"preset {next(numbers):03}"


def filled(modal: Modal) -> dict[str, str]:
    return {field.custom_id: field.value for field in modal.fields}


async def completed(sandbox: Sandbox, command: str, typed: str = "", user: User | None = None) -> list[str]:
    """Return what a command offers for a preset's name."""
    option = "preset" if command == "generate" else "name"
    choices = await sandbox.autocomplete(command, option, typed, user=user or sandbox.alice)
    return [str(choice.value) for choice in choices]


async def last_text(room: Room, exchange: Exchange) -> Generation:
    await exchange.shows(written)
    return await room.row(await room.last_row(), ended)


async def test_a_saved_preset_writes_as_it_says(room: Room) -> None:
    name = fresh()
    settings = {"temperature": 0.0, "model": "other", "length": 7, "seed": 3, "top_k": 4, "top_p": 0.5}
    saved = await said(room.sandbox, "save", name=name.title(), opening="once ", **settings)
    assert saved.startswith(
        f"Saved: **{name}** · other · T 0 · 7 characters · seed 3 · top-k 4 · top-p 0.5 · starts with "
    )
    for exchange in (
        await room.play(prompt="upon", preset=f" {name.upper()} "),
        await room.sandbox.invoke("preset use", name=name, prompt="upon"),
    ):
        row = await last_text(room, exchange)
        assert {"model": row.model} | {key: row.params[key] for key in settings if key != "model"} == settings
        assert row.prompt == "once upon"
        assert exchange.message
        assert exchange.message.content.startswith("**once upon**")
        assert not exchange.message.ephemeral


async def test_an_option_wins_over_the_preset_and_what_both_leave_out_is_the_default(room: Room) -> None:
    name = fresh()
    await said(room.sandbox, "save", name=name, temperature=0.25, length=7)
    row = await last_text(room, await room.play(prompt="Oh", preset=name, length=3, private=True))
    assert (row.params["temperature"], row.params["length"], row.model, row.params["top_k"], row.private) == (
        0.25,
        3,
        "tiny",
        0,
        True,
    )


async def test_the_seed_is_fixed_or_drawn_anew_as_the_preset_says(room: Room) -> None:
    fixed, drawn = fresh(), fresh()
    await said(room.sandbox, "save", name=fixed, length=1, seed=0)
    await said(room.sandbox, "save", name=drawn, length=1)
    seeds = {
        name: {(await last_text(room, await room.play(prompt="Oh", preset=name))).params["seed"] for _ in range(2)}
        for name in (fixed, drawn)
    }
    assert seeds[fixed] == {0}
    assert len(seeds[drawn]) == 2


async def test_use_can_be_private(room: Room) -> None:
    exchange = await room.sandbox.invoke("preset use", name="safe", prompt="Oh", private=True)
    assert (await exchange.acknowledged()).ephemeral
    assert (await exchange.shows(written)).ephemeral


@pytest.mark.parametrize(
    ("name", "temperature"), [("safe", 0.5), ("balanced", 0.8), ("brainstorm", 1.2), ("greedy", 0)]
)
async def test_four_presets_are_built_in(room: Room, name: str, temperature: float) -> None:
    row = await last_text(room, await room.play(prompt="Oh", preset=name, length=2, user=room.sandbox.bob))
    assert row.params["temperature"] == temperature
    assert "built in" in await said(room.sandbox, "show", name=name)
    assert f"The preset {name} is built in." in await said(room.sandbox, "save", name=name.upper(), temperature=1.0)
    for command in ("edit", "delete", "share", "unshare"):
        assert f"The preset {name} is built in" in await said(room.sandbox, command, name=name)


async def test_save_with_a_name_alone_opens_an_empty_form(room: Room) -> None:
    name = fresh()
    modal = await form(room.sandbox, "save", name=name, top_k=9)
    assert modal.title == f"Preset {name}"
    assert filled(modal) == dict.fromkeys(("model", "temperature", "length", "seed", "opening"), "")
    opening = "Two\nlines\n"
    assert f"**{name}** · T 0.7 · seed 5 · top-k 9" in await submitted(
        room.sandbox, modal, temperature=" 0,7 ", seed="5", opening=opening
    )
    row = await last_text(room, await room.play(prompt="Oh", preset=name, length=1))
    assert (row.params["temperature"], row.params["seed"], row.params["top_k"], row.prompt) == (
        0.7,
        5,
        9,
        f"{opening}Oh",
    )


async def test_edit_shows_what_is_set_and_changes_only_that_preset(room: Room) -> None:
    name, other = fresh(), fresh()
    for each in (name, other):
        await said(room.sandbox, "save", name=each, model="tiny", temperature=0.123456, length=9, seed=1, top_p=0.5)
    modal = await form(room.sandbox, "edit", name=name.title(), top_k=3)
    held = {"model": "tiny", "temperature": "0.123456", "length": "9", "seed": "1", "opening": ""}
    assert filled(modal) == held
    await submitted(room.sandbox, modal, seed=" ", length="10")
    changed = await said(room.sandbox, "show", name=name)
    for line in ("Temperature: 0.123456", "Length: 10 characters", "Seed: random", "Top-k: 3", "Top-p: 0.5"):
        assert line in changed
    assert filled(await form(room.sandbox, "edit", name=other)) == held


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"temperature": "hot"}, "Temperature: hot isn't valid; use 0 to 2, or leave it empty."),
        ({"temperature": "2.01"}, "Temperature: 2.01 isn't valid"),
        ({"temperature": "nan"}, "Temperature: nan isn't valid"),
        ({"length": "4001"}, "Length: 4001 isn't valid; use 1 to 4000"),
        ({"length": "1.5"}, "Length: 1.5 isn't valid"),
        ({"length": "1,000"}, "Length: 1,000 isn't valid"),
        ({"seed": "1.000"}, "Seed: 1.000 isn't valid"),
        ({"seed": "-1"}, "Seed: -1 isn't valid; use 0 to 2147483647"),
        ({"model": "**nobody**"}, r"There is no model called \*\*nobody\*\*. Available models: other, tiny."),
    ],
)
async def test_what_the_form_cannot_take_is_refused_and_changes_nothing(
    room: Room, entries: dict[str, str], words: str
) -> None:
    name = fresh()
    await said(room.sandbox, "save", name=name, temperature=0.5)
    before = await said(room.sandbox, "show", name=name)
    assert words in await submitted(room.sandbox, await form(room.sandbox, "edit", name=name), **entries)
    assert await said(room.sandbox, "show", name=name) == before
    assert words in await submitted(room.sandbox, await form(room.sandbox, "save", name=fresh()), **entries)


async def test_a_form_that_is_refused_gives_back_what_was_typed(room: Room) -> None:
    typed = {"temperature": "warm", "seed": " 5", "opening": "Two **lines**\n@everyone\n"}
    exchange = await room.sandbox.submit_modal(await form(room.sandbox, "save", name=fresh()), typed)
    refused = await exchange.answered()
    quoted = "Temperature: warm\nSeed:  5\nOpening: Two **lines**\n@everyone\n"
    assert refused.content.endswith(f"isn't valid; use 0 to 2, or leave it empty.\nYou typed:\n```\n{quoted}\n```")
    assert not refused.pings


@pytest.mark.parametrize("opening", ["```\n@everyone", "😀" * 1000], ids=["fence", "long"])
async def test_what_a_refusal_cannot_quote_comes_back_as_a_file(room: Room, opening: str) -> None:
    modal = await form(room.sandbox, "save", name=fresh())
    refused = await (await room.sandbox.submit_modal(modal, {"seed": "x", "opening": opening})).answered()
    assert refused.ephemeral
    assert refused.content == "Seed: x isn't valid; use 0 to 2147483647, or leave it empty."
    (file,) = refused.attachments
    assert file.data.decode() == f"Seed: x\nOpening: {opening}"


async def test_a_name_taken_while_the_form_was_open_is_refused(room: Room) -> None:
    name = fresh()
    modal = await form(room.sandbox, "save", name=name)
    await said(room.sandbox, "save", name=name, seed=1)
    refusal = f"You already have a preset called {name}"
    assert refusal in await submitted(room.sandbox, modal, seed="2")
    assert "Seed: 1" in await said(room.sandbox, "show", name=name)
    for options in ({"seed": 2}, {}):
        assert refusal in await said(room.sandbox, "save", name=f" {name.upper()} ", **options)


async def test_a_preset_deleted_while_the_form_was_open_stays_deleted(room: Room) -> None:
    name = fresh()
    await said(room.sandbox, "save", name=name, seed=1)
    modal = await form(room.sandbox, "edit", name=name)
    assert await said(room.sandbox, "delete", name=name) == f"Deleted: **{name}**"
    assert f"There is no preset called {name}" in await submitted(room.sandbox, modal, seed="2")
    assert f"There is no preset called {name}" in await said(room.sandbox, "show", name=name)


async def test_a_preset_replaced_while_the_form_was_open_stays_as_it_is_now(room: Room) -> None:
    name = fresh()
    await said(room.sandbox, "save", name=name, seed=1)
    modal = await form(room.sandbox, "edit", name=name)
    await said(room.sandbox, "delete", name=name)
    await said(room.sandbox, "save", name=name, seed=2)
    refusal = await submitted(room.sandbox, modal, seed="3")
    assert refusal.startswith(f"Your preset {name} has changed since you opened it. Run /preset edit again.")
    assert "Seed: 2" in await said(room.sandbox, "show", name=name)


async def test_another_persons_preset_is_out_of_reach(room: Room) -> None:
    name, bob = fresh(), room.sandbox.bob
    await said(room.sandbox, "save", name=name, seed=1)
    for command in ("edit", "show", "delete"):
        assert f"no preset called {name}" in await said(room.sandbox, command, name=name, user=bob)
    for exchange in (
        await room.play(prompt="Oh", preset=name, user=bob),
        await room.sandbox.invoke("preset use", name=name, prompt="Oh", user=bob),
    ):
        assert (await exchange.acknowledged()).ephemeral
        assert f"no preset called {name}" in (await exchange.answered()).content
    assert await completed(room.sandbox, "generate", name, user=bob) == []
    assert name not in await said(room.sandbox, "list", user=bob)


@pytest.mark.parametrize("name", ["  ", "\u200b", "\u200d", "a\u202eb"])
async def test_a_name_that_cannot_be_read_is_refused(room: Room, name: str) -> None:
    assert "isn't valid; use letters" in await said(room.sandbox, "save", name=name, seed=1)


@pytest.mark.parametrize(
    "name", ["\U0001f3f3\ufe0f\u200d\U0001f308", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0646\u0645"]
)
async def test_a_name_of_joined_signs_can_be_used(room: Room, name: str) -> None:
    assert f"**{name}**" in await said(room.sandbox, "save", name=name, seed=1)
    assert f"**{name}**" in await said(room.sandbox, "show", name=name)


async def test_discord_itself_keeps_the_options_in_bounds(room: Room) -> None:
    for options in ({"temperature": 2.1}, {"length": 4001}, {"seed": -1}, {"top_k": 1001}, {"top_p": 0.0}):
        with pytest.raises(InvalidOption):
            await room.sandbox.invoke("preset save", name="x", **options)
    with pytest.raises(InvalidOption):
        await room.sandbox.invoke("preset save", name="x" * 33, seed=1)


async def test_a_model_that_is_not_there_is_refused(room: Room) -> None:
    name = fresh()
    assert "There is no model called nobody" in await said(room.sandbox, "save", name=name, model="nobody")
    assert f"no preset called {name}" in await said(room.sandbox, "show", name=name)


async def test_names_complete_by_use_and_say_what_they_set(room: Room) -> None:
    first, second = f"zz {fresh()}", f"zz {fresh()}"
    for name in (first, second):
        await said(room.sandbox, "save", name=name, length=1)
    for command in ("generate", "preset use", "preset show", "preset edit", "preset delete", "preset share"):
        assert await completed(room.sandbox, command, "ZZ") == [first, second]
    await (await room.play(prompt="Oh", preset=second)).shows(written)
    assert await completed(room.sandbox, "generate", "zz") == [second, first]
    await (await room.sandbox.invoke("preset use", name=first, prompt="Oh")).shows(written)
    await (await room.sandbox.invoke("preset use", name=first, prompt="Oh")).shows(written)
    assert await completed(room.sandbox, "preset use", "zz") == [first, second]
    (choice, _) = await room.sandbox.autocomplete("generate", "preset", "zz")
    assert choice.name == f"{first} · 1 character"
    assert await completed(room.sandbox, "preset use", "bRa") == ["brainstorm"]
    assert await completed(room.sandbox, "preset edit", "brainstorm") == []
    models = await room.sandbox.autocomplete("preset save", "model", "ti")
    assert [choice.value for choice in models] == ["tiny"]


async def test_only_who_manages_the_server_shares_and_takes_back(room: Room) -> None:
    name, sandbox = fresh(), room.sandbox
    for user in (sandbox.alice, sandbox.bob):
        await said(sandbox, "save", name=name, length=3, user=user)
    refused = await said(sandbox, "share", name=name, user=sandbox.bob)
    assert "Manage Server" in refused
    assert await completed(sandbox, "preset unshare") == []
    assert f"**{name}**" in await said(sandbox, "share", name=name)
    assert await said(sandbox, "unshare", name=name, user=sandbox.bob) == refused
    assert await completed(sandbox, "preset unshare") == [name]
    assert f"This server already shares a preset called {name}" in await said(sandbox, "share", name=name)
    assert await said(sandbox, "unshare", name=name) == f"No longer shared: **{name}**"
    assert f"no preset called {name}" in await said(sandbox, "unshare", name=name)


async def test_in_a_direct_message_there_are_ones_own_presets_and_no_server_to_share_with(room: Room) -> None:
    name, there = fresh(), room.sandbox.dm_channel(room.sandbox.alice)
    await said(room.sandbox, "save", name=name, length=3, channel=there)
    assert name in await said(room.sandbox, "list", channel=there)
    row = await last_text(room, await room.play(prompt="Oh", preset=name, channel=there))
    assert (row.params["length"], row.guild_id) == (3, None)
    for command in ("share", "unshare"):
        assert "only works in a server" in await said(room.sandbox, command, name=name, channel=there)


async def test_a_shared_preset_stays_on_its_server(room: Room) -> None:
    name, bob, lobby = fresh(), room.sandbox.bob, room.sandbox.lobby  # bob owns that other server
    await said(room.sandbox, "save", name=name, length=3)
    await said(room.sandbox, "share", name=name)
    unknown = f"no preset called {name}"
    assert unknown in await said(room.sandbox, "show", name=name, user=bob, channel=lobby)
    assert unknown in await said(room.sandbox, "unshare", name=name, user=bob, channel=lobby)
    assert "Manage Server" in await said(room.sandbox, "share", name=name, channel=lobby)
    assert "length: 3" in (await said(room.sandbox, "show", name=name, user=bob)).lower()


async def test_a_shared_preset_serves_everyone_on_that_server(room: Room) -> None:
    name, bob = fresh(), room.sandbox.bob
    await said(room.sandbox, "save", name=name, length=3)
    await said(room.sandbox, "share", name=name)
    await said(room.sandbox, "delete", name=name)
    assert await completed(room.sandbox, "generate", name, user=bob) == [name]
    row = await last_text(room, await room.play(prompt="Oh", preset=name, user=bob))
    assert (row.params["length"], row.user_id) == (3, bob.id)
    shown = await said(room.sandbox, "show", name=name, user=bob)
    assert f"shared by <@{room.sandbox.alice.id}> · used 1 time" in shown
    listed = await said(room.sandbox, "list", user=bob)
    assert f"**Shared by this server**\n- **{name}** · 3 characters" in listed
    await said(room.sandbox, "save", name=name, length=4, user=bob)
    row = await last_text(room, await room.play(prompt="Oh", preset=name, user=bob))
    assert row.params["length"] == 4  # one's own goes before


async def test_nothing_in_a_preset_pings_anyone_or_acts_as_markdown(room: Room) -> None:
    name, everyone = f"*{fresh()}* @everyone", f"@here <@{room.sandbox.bob.id}>"
    saved = await said(room.sandbox, "save", name=name, opening=everyone, length=1)
    assert r"\@everyone" in saved
    assert r"\@here \<\@" in saved
    for command, options in (("show", {"name": name}), ("list", {}), ("edit", {"name": everyone[:32]})):
        if command != "edit":
            assert r"\*" in await said(room.sandbox, command, **options)
        else:
            assert "no preset called" in await said(room.sandbox, command, **options)
    message = await (await room.play(prompt="Oh", preset=name)).shows(written)
    assert not message.pings


async def test_the_command_says_where_it_can_be_used(room: Room) -> None:
    command = await room.sandbox.wait_for_command("preset")
    subcommands = ["save", "edit", "use", "list", "show", "delete", "share", "unshare", "pin", "unpin"]
    assert sorted(option["name"] for option in command["options"]) == sorted(subcommands)
    assert (command["contexts"], command["integration_types"]) == ([0, 1, 2], [0, 1])


async def test_the_built_in_presets_are_listed(room: Room) -> None:
    listed = await said(room.sandbox, "list", user=room.sandbox.bob)
    for name, values in BUILT_IN.items():
        assert f"\n- **{name}** · {values.description} · T " in listed
