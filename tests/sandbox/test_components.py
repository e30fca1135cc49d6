"""Buttons and select menus: who can use them, responses to clicks, and what Discord refuses."""

from typing import Any

import aiohttp
import discord
import pytest

from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.limits.components import check_message_components
from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.errors import ApiError, InvalidOption, NotClickable
from tempera.sandbox.state.interactions import StoredMessage
from tests.sandbox.puppet import Puppet, callback_url, data_of


class Buttons(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Again", custom_id="again:1"))
        self.add_item(discord.ui.Button(label="Stop", custom_id="stop:1", disabled=True))
        self.add_item(discord.ui.Button(label="Docs", url="https://example.org"))
        options = [discord.SelectOption(label=word.upper(), value=word) for word in ("a", "b", "c")]
        self.add_item(discord.ui.Select(custom_id="menu", placeholder="Choose", options=options, max_values=2))


async def with_buttons(sandbox: Sandbox, puppet: Puppet, *, ephemeral: bool = False) -> StoredMessage:
    run = await sandbox.invoke("say", text="hello")
    await (await puppet.received()).response.send_message("text", view=Buttons(), ephemeral=ephemeral)
    return await run.answered()


async def clicked(sandbox: Sandbox, puppet: Puppet) -> tuple[StoredMessage, Exchange, discord.Interaction]:
    message = await with_buttons(sandbox, puppet)
    run = await sandbox.click(message, "Again", user=sandbox.bob)
    return message, run, await puppet.received()


async def test_a_click_brings_the_button_the_message_and_who_pressed_it(sandbox: Sandbox, puppet: Puppet) -> None:
    message, run, interaction = await clicked(sandbox, puppet)
    assert (data_of(interaction)["custom_id"], interaction.user.id) == ("again:1", sandbox.bob.id)
    assert interaction.message is not None
    assert (interaction.message.id, interaction.message.content) == (message.id, "text")
    assert [(button.label, button.disabled) for button in message.buttons] == [
        ("Again", False),
        ("Stop", True),
        ("Docs", False),
    ]
    assert run.message is None


async def test_a_click_can_update_its_message(sandbox: Sandbox, puppet: Puppet) -> None:
    message, run, interaction = await clicked(sandbox, puppet)
    await interaction.response.edit_message(content="changed", view=None)
    assert (await run.acknowledged()).kind == "update"
    assert (message.content, message.components, run.message) == ("changed", [], message)
    await interaction.edit_original_response(content="changed again")
    assert message.content == "changed again"


async def test_a_deferred_update_leaves_the_message_until_it_is_edited(sandbox: Sandbox, puppet: Puppet) -> None:
    message, run, interaction = await clicked(sandbox, puppet)
    await interaction.response.defer()
    assert ((await run.acknowledged()).kind, message.content, message.loading) == ("defer_update", "text", False)
    await interaction.followup.send("beside it", ephemeral=True)
    assert (await run.followed_up()).content == "beside it"
    await interaction.delete_original_response()
    assert message.deleted


async def test_a_click_can_be_answered_with_a_new_message(sandbox: Sandbox, puppet: Puppet) -> None:
    message, run, interaction = await clicked(sandbox, puppet)
    await interaction.response.defer(thinking=True)
    assert (await run.acknowledged()).kind == "defer"
    sent = await interaction.followup.send("new", wait=True)
    answer = await run.shows("new")
    assert (answer.id, message.content) == (sent.id, "text")
    assert sent.reference is not None
    assert sent.reference.message_id == message.id
    await interaction.followup.edit_message(message.id, view=None)
    assert message.components == []


async def test_a_private_message_is_clicked_and_edited_by_its_addressee_alone(sandbox: Sandbox, puppet: Puppet) -> None:
    message = await with_buttons(sandbox, puppet, ephemeral=True)
    with pytest.raises(NotClickable, match="can't see this ephemeral message"):
        await sandbox.click(message, "Again", user=sandbox.bob)
    await sandbox.click(message, "Again")
    interaction = await puppet.received()
    await interaction.response.edit_message(content="changed")
    assert (message.content, message.ephemeral) == ("changed", True)


@pytest.mark.parametrize(
    ("which", "reason"),
    [("Stop", "it is disabled"), ("Docs", "it is a link"), ("Hotter", "this message has: Again, Stop, Docs, Choose")],
)
async def test_what_the_client_would_not_press_is_named(
    sandbox: Sandbox, puppet: Puppet, which: str, reason: str
) -> None:
    message = await with_buttons(sandbox, puppet)
    with pytest.raises(NotClickable, match=reason):
        await sandbox.click(message, which)
    assert puppet.interactions.empty()


async def test_a_deleted_message_has_nothing_to_press(sandbox: Sandbox, puppet: Puppet) -> None:
    message, _, interaction = await clicked(sandbox, puppet)
    await interaction.response.defer()
    await interaction.delete_original_response()
    with pytest.raises(NotClickable, match="deleted"):
        await sandbox.click(message, "Again")


async def test_a_forged_click_reaches_the_bot(sandbox: Sandbox, puppet: Puppet) -> None:
    message = await with_buttons(sandbox, puppet)
    await sandbox.forge_click(message, "delete:999", user=sandbox.bob)
    interaction = await puppet.received()
    assert data_of(interaction)["custom_id"] == "delete:999"


async def test_a_menu_sends_what_was_chosen(sandbox: Sandbox, puppet: Puppet) -> None:
    message = await with_buttons(sandbox, puppet)
    for wrong in ([], ["z"], ["a", "b", "c"]):
        with pytest.raises(InvalidOption):
            await sandbox.click(message, "Choose", values=wrong)
    await sandbox.click(message, "menu", values=["a", "c"])
    assert data_of(await puppet.received())["values"] == ["a", "c"]


async def test_a_command_has_no_message_to_update(
    sandbox: Sandbox, puppet: Puppet, http: aiohttp.ClientSession
) -> None:
    await sandbox.invoke("say", text="hello")
    interaction = await puppet.received()
    async with http.post(callback_url(sandbox, interaction), json={"type": 6}) as response:
        assert (response.status, (await response.json())["code"]) == (400, 50035)


async def test_a_message_in_a_channel_is_sent_changed_and_deleted(sandbox: Sandbox, puppet: Puppet) -> None:
    channel = await puppet.fetch_channel(sandbox.poems.id)
    assert isinstance(channel, discord.TextChannel)
    sent = await channel.send("one", view=Buttons())
    message = sandbox.messages[-1]
    assert (message.id, message.channel, message.buttons[0].label) == (sent.id, sandbox.poems, "Again")
    await sent.edit(content="two")
    assert (message.content, (await channel.fetch_message(sent.id)).content) == ("two", "two")
    await sent.delete()
    assert message.deleted
    with pytest.raises(discord.NotFound) as missing:
        await sent.edit(content="three")
    assert missing.value.code == 10008


async def test_a_private_message_is_out_of_the_channels_reach(sandbox: Sandbox, puppet: Puppet) -> None:
    message = await with_buttons(sandbox, puppet, ephemeral=True)
    channel = puppet.get_partial_messageable(message.channel.id)
    with pytest.raises(discord.NotFound) as missing:
        await channel.get_partial_message(message.id).edit(content="seen")
    assert missing.value.code == 10008


async def test_only_ones_own_message_can_be_edited(sandbox: Sandbox, puppet: Puppet) -> None:
    message = await sandbox.post("mine")
    channel = puppet.get_partial_messageable(message.channel.id)
    with pytest.raises(discord.Forbidden) as refused:
        await channel.get_partial_message(message.id).edit(content="yours")
    assert refused.value.code == 50005


def button(**changes: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": "go"} | changes


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def menu(options: int) -> dict[str, Any]:
    return {"type": 3, "custom_id": "m", "options": [{"label": f"{n}", "value": f"{n}"} for n in range(options)]}


def buttons(count: int) -> list[dict[str, Any]]:
    return [button(custom_id=f"b{number}") for number in range(count)]


IN_ROW = ("components", "0", "components", "0")


@pytest.mark.parametrize(
    ("components", "place"),
    [
        ([row(button(custom_id=f"{n}")) for n in range(6)], ("components",)),
        ([row(*buttons(6))], ("components", "0", "components")),
        ([row()], ("components", "0", "components")),
        ([button()], ("components", "0", "type")),
        ([row(button(custom_id="x" * 101))], (*IN_ROW, "custom_id")),
        ([row(button(custom_id=None))], (*IN_ROW, "custom_id")),
        ([row(button(label="x" * 81))], (*IN_ROW, "label")),
        ([row(button(label=None))], (*IN_ROW, "label")),
        ([row(button(style=7))], (*IN_ROW, "style")),
        ([row(button(style=5, url="https://x"))], (*IN_ROW, "custom_id")),
        ([row(button()), row(button())], ("components",)),
        ([row(menu(26))], (*IN_ROW, "options")),
        ([row(menu(2), button())], ("components", "0", "components")),
    ],
)
def test_components_beyond_discords_limits_are_refused(components: list[Any], place: tuple[str, ...]) -> None:
    with pytest.raises(ApiError) as refused:
        check_message_components(components, layout=False)
    assert (refused.value.code, list(refused.value.errors)) == (50035, [place])


def test_components_within_discords_limits_are_taken() -> None:
    link = button(style=5, url="https://x", custom_id=None)
    rows = [row(*buttons(5)), row(button(custom_id="x" * 100, label="x" * 80), link), row(menu(25))]
    check_message_components(rows, layout=False)


@pytest.mark.parametrize(
    "components",
    [
        [{"type": 10, "content": "x" * 4001}],
        [{"type": 10, "content": "x"}] * 41,
        [{"type": 10, "content": ""}],
        [{"type": 17, "components": [{"type": 17, "components": []}]}],
        [{"type": 17, "components": [row(button(label="x" * 81))]}],
        [{"type": 9, "components": [{"type": 10, "content": "x"}], "accessory": button(custom_id=None)}],
        [{"type": 9, "components": [{"type": 10, "content": "x"}]}],
        [button()],
    ],
)
def test_a_layout_beyond_discords_limits_is_refused(components: list[Any]) -> None:
    with pytest.raises(ApiError) as refused:
        check_message_components(components, layout=True)
    assert refused.value.code == 50035


def test_a_layout_within_discords_limits_is_taken() -> None:
    section = {"type": 9, "components": [{"type": 10, "content": "x" * 2000}], "accessory": button()}
    layout = [{"type": 17, "components": [section, {"type": 14}, row(menu(25))]}, {"type": 10, "content": "x" * 2000}]
    check_message_components(layout, layout=True)


async def test_a_layout_holds_text_and_buttons_and_no_content(sandbox: Sandbox, puppet: Puppet) -> None:
    layout = discord.ui.LayoutView()
    container: discord.ui.Container[Any] = discord.ui.Container(discord.ui.TextDisplay("# Voices"))
    container.add_item(discord.ui.ActionRow(discord.ui.Button(label="More", custom_id="more")))
    layout.add_item(container)
    run = await sandbox.invoke("say", text="hello")
    interaction = await puppet.received()
    await interaction.response.send_message(view=layout)
    message = await run.answered()
    assert (message.buttons[0].label, message.content) == ("More", "")
    await sandbox.click(message, "More")
    async with aiohttp.ClientSession() as http:
        url = f"{sandbox.api_url}/webhooks/{sandbox.application_id}/{interaction.token}/messages/@original"
        async with http.patch(url, json={"content": "text"}) as response:
            assert (await response.json())["code"] == 50035
