"""The page's buttons, modals, users, threads and servers, in a real browser."""

import asyncio
import re
from typing import Any

import discord
from discord import app_commands
from playwright.async_api import Browser, Page, expect

from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.sandbox.state.permissions import Permission
from tempera.sandbox.state.world import Timing
from tests.sandbox.puppet import Connect, Puppet, data_of


def buttons() -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Again", custom_id="again", style=discord.ButtonStyle.primary))
    view.add_item(discord.ui.Button(label="Stop", custom_id="stop", disabled=True))
    return view


async def with_buttons(sandbox: Sandbox, puppet: Puppet) -> None:
    await sandbox.invoke("say", text="hello")
    await (await puppet.received()).response.send_message("a text", view=buttons())


async def test_a_button_is_pressed_by_keyboard_and_its_message_changes(
    sandbox: Sandbox, page: Page, puppet: Puppet
) -> None:
    await with_buttons(sandbox, puppet)
    await expect(page.get_by_role("button", name="Stop")).to_be_disabled()
    await page.get_by_role("button", name="Again").focus()
    await page.keyboard.press("Enter")
    interaction = await puppet.received()
    await expect(page.get_by_role("button", name="Again")).to_have_attribute("aria-busy", "true")
    await interaction.response.edit_message(content="another text", view=None)
    await expect(page.locator("article .content")).to_have_text(re.compile("another text"))
    await expect(page.get_by_role("button", name="Again")).to_have_count(0)


async def test_an_answer_to_a_click_refers_to_its_message(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    await with_buttons(sandbox, puppet)
    async with page.expect_response("**/sandbox/clicks") as response:
        await page.get_by_role("button", name="Again").click()
    await (await response.value).finished()
    await page.wait_for_timeout(100)  # until the page has stored the interaction's id
    await (await puppet.received()).response.send_message("only for you", ephemeral=True)
    answer = page.locator("article.ephemeral")
    await expect(answer.locator(".used")).to_have_text("a text")
    await expect(answer.locator(".content")).to_have_text("only for you")
    await expect(page.get_by_role("button", name="Again")).not_to_have_attribute("aria-busy", "true")


async def test_a_reply_names_its_original_after_a_reload_and_until_that_is_gone(
    sandbox: Sandbox, page: Page, puppet: Puppet
) -> None:
    await sandbox.invoke("say", text="hello")
    original = await puppet.received()
    await original.response.send_message("a **bold** text", view=buttons())
    await page.get_by_role("button", name="Again").click()
    await (await puppet.received()).response.send_message("another")
    line = page.locator("article", has_text="another").locator(".used")
    excerpt, gone = line.get_by_role("button"), "The original message isn't available"
    await expect(excerpt).to_have_text("a bold text")
    await page.reload()
    await expect(excerpt).to_have_text("a bold text")
    await original.delete_original_response()
    await expect(line).to_have_text(gone)
    await page.reload()
    await expect(line).to_have_text(gone)


async def test_a_growing_text_leaves_the_focus_on_its_button(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    await sandbox.invoke("say", text="hello")
    interaction = await puppet.received()
    await interaction.response.send_message("one", view=buttons())
    again = page.get_by_role("button", name="Again")
    await again.focus()
    await interaction.edit_original_response(content="one two", view=buttons())
    await expect(page.locator("article .content")).to_have_text(re.compile("one two"))
    await expect(again).to_be_focused()


async def test_a_click_that_nobody_answers_says_so(browser: Browser, connect: Connect) -> None:
    async with running_sandbox(timing=Timing(acknowledge_seconds=1.0)) as sandbox, connect(sandbox) as puppet:
        page = await browser.new_page()
        await page.goto(sandbox.url)
        await with_buttons(sandbox, puppet)
        await page.get_by_role("button", name="Again").click()
        await expect(page.locator("article.failed")).to_have_text("The application did not respond.")


async def test_a_form_is_filled_in_and_sent(page: Page, puppet: Puppet) -> None:
    form = discord.ui.Modal(title="Preset", timeout=60)
    form.add_item(discord.ui.TextInput(label="Name", custom_id="name", min_length=3))
    form.add_item(discord.ui.TextInput(label="Opening", custom_id="opening", default="ROMEO:", required=False))
    await page.keyboard.type("/say hello")
    await page.keyboard.press("Enter")
    await (await puppet.received()).response.send_modal(form)
    dialog = page.get_by_role("dialog", name="Preset")
    await expect(dialog.get_by_label("Name")).to_be_focused()
    await expect(dialog.get_by_label("Opening")).to_have_value("ROMEO:")
    await expect(page.locator("article.pending")).to_have_count(0)
    await page.keyboard.type("x")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("alert")).to_contain_text("Name: This must be at least 3 characters.")
    await page.keyboard.type("yz")
    await page.keyboard.press("Enter")
    interaction = await puppet.received()
    assert [row["components"][0]["value"] for row in data_of(interaction)["components"]] == ["xyz", "ROMEO:"]
    await interaction.response.send_message("saved")
    await expect(dialog).to_be_hidden()
    await expect(page.locator("article .content")).to_have_text("saved")


async def test_escape_leaves_a_form(page: Page, puppet: Puppet) -> None:
    form = discord.ui.Modal(title="Preset", timeout=60)
    form.add_item(discord.ui.TextInput(label="Name", custom_id="name"))
    await page.keyboard.type("/say hello")
    await page.keyboard.press("Enter")
    await (await puppet.received()).response.send_modal(form)
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    form.stop()


async def test_a_menu_and_a_layout_are_shown(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    layout = discord.ui.LayoutView()
    container: discord.ui.Container[Any] = discord.ui.Container(discord.ui.TextDisplay("## Voices"))
    options = [discord.SelectOption(label=word, value=word) for word in ("tiny", "other")]
    container.add_item(discord.ui.ActionRow(discord.ui.Select(custom_id="menu", placeholder="Voice", options=options)))
    layout.add_item(container)
    await sandbox.invoke("say", text="hello")
    await (await puppet.received()).response.send_message(view=layout)
    await expect(page.locator("article .heading-2")).to_have_text("Voices")
    await page.get_by_label("Voice").select_option("other")
    assert data_of(await puppet.received())["values"] == ["other"]


async def test_an_embed_is_shown(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    embed = discord.Embed(title="Tiny", description="A **small** voice").add_field(name="Size", value="32")
    await sandbox.invoke("say", text="hello")
    await (await puppet.received()).response.send_message(embed=embed)
    await expect(page.locator(".embed strong")).to_have_text("small")
    await expect(page.locator(".embed .field")).to_have_text(re.compile("Size.*32", re.DOTALL))


async def test_people_and_their_permissions_are_switched(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    @app_commands.command(description="For those who may manage channels")
    @app_commands.default_permissions(manage_channels=True)
    async def guard(interaction: discord.Interaction[Puppet]) -> None:
        interaction.client.interactions.put_nowait(interaction)

    puppet.tree.add_command(guard)
    await puppet.tree.sync()
    await expect(page.locator(".permissions")).to_contain_text("You own this server")
    await page.get_by_role("link", name="Bob").click()
    await expect(page.get_by_role("link", name="Bob")).to_have_attribute("aria-current", "true")
    await page.locator("#entry").press_sequentially("/")
    await expect(page.get_by_role("option", name="/say")).to_be_visible()
    await expect(page.get_by_role("option", name="/guard")).to_have_count(0)
    await page.get_by_label("Manage channels").check()
    await page.locator("#entry").fill("")
    await expect(page.get_by_label("Manage channels")).to_be_checked()
    await page.locator("#entry").press_sequentially("/gua")
    await page.get_by_role("option", name="/guard").click()
    await page.get_by_role("button", name="Send").click()
    assert (await puppet.received()).user.id == sandbox.bob.id
    await page.get_by_label("Manage channels").uncheck()
    await expect(page.get_by_label("Manage channels")).not_to_be_checked()


async def test_a_subcommand_is_offered_by_its_full_name(page: Page, puppet: Puppet) -> None:
    await page.keyboard.type("/memory ke")
    await expect(page.get_by_role("option")).to_have_text(re.compile("/memory keep"))
    await page.keyboard.press("Enter")
    await page.keyboard.type("a thing")
    await page.keyboard.press("Enter")
    assert (await puppet.received()).extras["name"] == "a thing"


async def test_a_thread_is_started_and_talked_in(page: Page, puppet: Puppet) -> None:
    await page.get_by_role("button", name="New thread").click()
    await page.get_by_role("dialog", name="New thread").get_by_label("Name").fill("night thoughts")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="night thoughts")).to_have_attribute("aria-current", "page")
    await page.locator("#entry").press_sequentially("/say hello")
    await page.keyboard.press("Enter")
    interaction = await puppet.received()
    assert isinstance(interaction.channel, discord.Thread)
    await interaction.response.send_message("good night")
    await expect(page.locator("article .content")).to_have_text("good night")


async def test_servers_and_direct_messages_are_apart(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    await page.get_by_role("link", name="Atelier").click()
    await expect(page.locator("#channels a")).to_have_text(["lobby", "workshop"])
    await expect(page.locator(".permissions")).to_contain_text("Your permissions")
    await page.get_by_role("button", name="Direct messages").click()
    await expect(page.locator("#channel-name")).to_have_text("Tempera")
    await expect(page.locator(".welcome h2")).to_have_text("Welcome to @Tempera")
    await expect(page.locator("#entry")).to_have_attribute("placeholder", "Message @Tempera, or type /")
    await page.locator("#entry").press_sequentially("/say hello")
    await page.keyboard.press("Enter")
    interaction = await puppet.received()
    assert (interaction.guild_id, interaction.user.id) == (None, sandbox.alice.id)


async def test_a_channel_that_is_denied_disappears(sandbox: Sandbox, browser: Browser, puppet: Puppet) -> None:
    page = await browser.new_page()
    assert puppet.tree is not None
    await page.goto(f"{sandbox.url}?as=bob#poems")
    await expect(page.locator("#channels a")).to_have_count(3)
    sandbox.deny(sandbox.bob, Permission.VIEW_CHANNEL, channel=sandbox.poems)
    await expect(page.locator("#channels a")).to_have_text(["general", "laboratory"])
    await sandbox.post("a secret verse", channel=sandbox.poems)
    await sandbox.post("for all")
    await expect(page.locator("article")).to_have_text(re.compile("for all"))


async def test_buttons_and_forms_fit_a_phone(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await with_buttons(sandbox, puppet)
    await page.get_by_role("button", name="Again").click()
    form = discord.ui.Modal(title="Preset", timeout=60)
    form.add_item(discord.ui.TextInput(label="Name", custom_id="name", style=discord.TextStyle.paragraph))
    await (await puppet.received()).response.send_modal(form)
    await expect(page.get_by_role("button", name="Submit")).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    form.stop()


async def test_a_messages_menu_offers_what_apps_do_with_it(
    sandbox: Sandbox, connect: Connect, browser: Browser
) -> None:
    chosen: asyncio.Queue[str] = asyncio.Queue()

    async def quote(interaction: discord.Interaction, message: discord.Message) -> None:
        chosen.put_nowait(message.content)
        await interaction.response.send_message(f"“{message.content}”")

    async with connect(sandbox) as puppet:
        puppet.tree.add_command(discord.app_commands.ContextMenu(name="Quote this", callback=quote))
        await puppet.tree.sync()
        await sandbox.post("Hello, wall", user=sandbox.bob)
        page = await browser.new_page()
        await page.goto(sandbox.url)
        await page.get_by_role("button", name=re.compile("Quote this.*")).first.focus()
        await page.keyboard.press("Enter")
        assert await chosen.get() == "Hello, wall"
        await expect(page.locator("article .content").last).to_have_text("“Hello, wall”")
        await expect(page.locator("article .slash").last).to_have_text("Quote this")
