"""Modals: opened by a command or a click, validated, and submitted to the bot."""

from typing import Any

import discord
import pytest

from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.client.modals import Modal
from tempera.sandbox.limits.modals import check_modal
from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.errors import ApiError, InvalidOption
from tests.sandbox.puppet import Puppet


class Form(discord.ui.Modal, title="Preset"):
    name: discord.ui.TextInput["Form"] = discord.ui.TextInput(
        label="Name", custom_id="name", min_length=2, max_length=5
    )
    opening: discord.ui.Label["Form"] = discord.ui.Label(
        text="Opening",
        component=discord.ui.TextInput(custom_id="opening", required=False, default="ROMEO:"),
    )
    model: discord.ui.Label["Form"] = discord.ui.Label(
        text="Model",
        component=discord.ui.Select(
            custom_id="model",
            options=[
                discord.SelectOption(label="A", value="a", default=True),
                discord.SelectOption(label="B", value="b"),
            ],
        ),
    )


async def opened(sandbox: Sandbox, puppet: Puppet) -> tuple[Exchange, Form, Modal]:
    run = await sandbox.invoke("say", text="hello", user=sandbox.bob)
    form = Form(timeout=60)
    await (await puppet.received()).response.send_modal(form)
    return run, form, await run.modal_opened()


async def test_a_form_shows_its_fields_and_what_they_hold(sandbox: Sandbox, puppet: Puppet) -> None:
    run, form, modal = await opened(sandbox, puppet)
    assert ((await run.acknowledged()).kind, modal.title, run.message) == ("modal", "Preset", None)
    assert [(field.label, field.value) for field in modal.fields] == [
        ("Name", ""),
        ("Opening", "ROMEO:"),
        ("Model", ["a"]),
    ]
    form.stop()


async def test_a_filled_in_form_reaches_the_bot_and_is_answered(sandbox: Sandbox, puppet: Puppet) -> None:
    _, form, modal = await opened(sandbox, puppet)
    run = await sandbox.submit_modal(modal, {"Name": "calm", "model": ["b"]})
    interaction = await puppet.received()
    assert await form.wait() is False
    opening, model = form.opening.component, form.model.component
    assert isinstance(opening, discord.ui.TextInput)
    assert isinstance(model, discord.ui.Select)
    assert (form.name.value, opening.value, model.values, interaction.user.id) == (
        "calm",
        "ROMEO:",
        ["b"],
        sandbox.bob.id,
    )
    await interaction.response.send_message("saved", ephemeral=True)
    assert (await run.answered()).content == "saved"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "Name"),
        ({"name": "x"}, "Name"),
        ({"name": "xxxxxx"}, "Name"),
        ({"name": "calm", "model": ["c"]}, "Model"),
        ({"name": "calm", "model": []}, "Model"),
        ({"name": "calm", "colour": "red"}, "colour"),
    ],
)
async def test_a_field_out_of_bounds_is_refused_before_anything_is_sent(
    sandbox: Sandbox, puppet: Puppet, values: dict[str, Any], field: str
) -> None:
    _, form, modal = await opened(sandbox, puppet)
    with pytest.raises(InvalidOption) as refused:
        await sandbox.submit_modal(modal, values)
    assert refused.value.option == field
    assert puppet.interactions.empty()
    form.stop()


async def test_a_form_opened_by_a_click_may_update_the_clicked_message(sandbox: Sandbox, puppet: Puppet) -> None:
    run = await sandbox.invoke("say", text="hello")
    view = discord.ui.View().add_item(discord.ui.Button(label="Edit", custom_id="edit"))
    await (await puppet.received()).response.send_message("old", view=view)
    message = await run.answered()
    click = await sandbox.click(message, "Edit")
    form = Form()
    await (await puppet.received()).response.send_modal(form)
    await sandbox.submit_modal(await click.modal_opened(), {"name": "calm"})
    interaction = await puppet.received()
    await interaction.response.edit_message(content="new")
    assert message.content == "new"
    await interaction.followup.send("done", ephemeral=True)


def field(**changes: Any) -> dict[str, Any]:
    text = {"type": 4, "custom_id": "a", "style": 1, "label": "A"} | changes
    return {"type": 1, "components": [text]}


def form(*components: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"custom_id": "form", "title": "Form", "components": list(components)} | changes


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (form(), ("components",)),
        (form(*(field(custom_id=f"{n}") for n in range(6))), ("components",)),
        (form(field(), title="x" * 46), ("title",)),
        (form(field(), custom_id="x" * 101), ("custom_id",)),
        (form(field(label="x" * 46)), ("components", "0", "components", "0", "label")),
        (form(field(style=3)), ("components", "0", "components", "0", "style")),
        (form(field(value="x" * 4001)), ("components", "0", "components", "0", "value")),
        (form(field(placeholder="x" * 101)), ("components", "0", "components", "0", "placeholder")),
        (form(field(max_length=4001)), ("components", "0", "components", "0", "max_length")),
        (form(field(), field()), ("components",)),
        (form({"type": 18, "label": "x" * 46, "component": field()["components"][0]}), ("components", "0", "label")),
    ],
)
def test_a_form_beyond_discords_limits_is_refused(data: dict[str, Any], place: tuple[str, ...]) -> None:
    with pytest.raises(ApiError) as refused:
        check_modal(data)
    assert (refused.value.code, list(refused.value.errors)) == (50035, [place])


def test_a_form_within_discords_limits_is_taken() -> None:
    check_modal(form(*(field(custom_id=f"{n}", label="x" * 45) for n in range(5)), title="x" * 45))
