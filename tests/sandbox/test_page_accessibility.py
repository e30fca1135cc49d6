"""The page for those who hear it or use the keyboard: names, focus, announcements, contrast, and axe-core's rules."""

import re

import discord
from playwright.async_api import Page, expect

from tempera.sandbox.server import Sandbox
from tests.sandbox.puppet import Puppet

SETTLED_MILLISECONDS = 3_000
HEAR = """() => {  // collects in `heard` what a screen reader would read by itself
  window.heard = [];
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      const region = target.closest("[aria-live], [role=log], [role=status], [role=alert]");
      if (region && region.ariaLive !== "off") heard.push(...[...addedNodes].map((node) => node.textContent));
    }
  }).observe(document.querySelector("main"), { subtree: true, childList: true });
}"""


def row(*labels: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for label in labels:
        view.add_item(discord.ui.Button(label=label, custom_id=label))
    return view


async def test_messages_and_their_buttons_have_names_that_tell_them_apart(
    sandbox: Sandbox, page: Page, puppet: Puppet
) -> None:
    for text in ("a **rose**", "a lily"):
        await sandbox.invoke("say", text="hello")
        await (await puppet.received()).response.send_message(text, view=row("Again", "Delete"), ephemeral=True)
    for flower in ("rose", "lily"):
        article = page.get_by_role("article", name=re.compile(rf"^Tempera, \d.*: a {flower}$"))
        for button in ("Again", "Delete", "Dismiss message"):
            name = re.compile(rf"^{button} Tempera, \d.*: a {flower}$")
            await expect(page.get_by_role("button", name=name)).to_have_count(1)
            await expect(article.get_by_role("button", name=name)).to_have_count(1)


async def pressed(page: Page, puppet: Puppet, button: str) -> discord.Interaction:
    await page.get_by_role("button", name=button).press("Enter")
    return await puppet.received()


async def test_the_focus_returns_to_the_composer_after_stop_and_delete(
    sandbox: Sandbox, page: Page, puppet: Puppet
) -> None:
    entry = page.locator("#entry")
    await sandbox.invoke("say", text="hello")
    await (await puppet.received()).response.send_message("a text", view=row("Stop"))
    stop = await pressed(page, puppet, "Stop")
    await stop.response.edit_message(view=row("Again", "Delete"))
    await expect(entry).to_be_focused()
    delete = await pressed(page, puppet, "Delete")
    await delete.response.defer()
    await delete.delete_original_response()
    await expect(page.locator("article")).to_have_count(0)
    await expect(entry).to_be_focused()
    await page.keyboard.type("/say")
    await expect(page.get_by_role("option", name="/say")).to_be_visible()


async def test_a_button_that_is_drawn_anew_keeps_the_focus(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    await sandbox.invoke("say", text="hello")
    await (await puppet.received()).response.send_message("a text", view=row("Again"))
    again = await pressed(page, puppet, "Again")
    await again.response.edit_message(view=row("Again", "Delete"))
    await expect(page.get_by_role("button", name="Delete")).to_be_visible()
    await expect(page.get_by_role("button", name="Again")).to_be_focused()


async def test_a_dismissed_message_leaves_the_focus_with_the_command_being_written(
    sandbox: Sandbox, page: Page, puppet: Puppet
) -> None:
    await sandbox.invoke("say", text="hello")
    await (await puppet.received()).response.send_message("a text", ephemeral=True)
    await page.locator("#entry").fill("/say more")
    await page.get_by_role("button", name="Dismiss message").press("Enter")
    await expect(page.get_by_label("text")).to_be_focused()


async def test_on_a_phone_the_focus_stays_with_the_messages(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await sandbox.invoke("say", text="hello")
    await (await puppet.received()).response.send_message("a text", view=row("Stop"))
    stop = await pressed(page, puppet, "Stop")
    await stop.response.edit_message(view=None)
    await expect(page.get_by_role("log", name="Messages in #general")).to_be_focused()


async def test_a_growing_text_is_read_aloud_once(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    await page.clock.install()
    await page.reload()
    await expect(page.locator("#composer")).to_have_attribute("aria-busy", "false")
    await page.evaluate(HEAR)
    await page.clock.pause_at("2100-01-01")
    await sandbox.invoke("say", text="hello")
    interaction = await puppet.received()
    await interaction.response.defer()
    for text in ("once", "once upon", "once upon **a time**", "once upon **a time** …"):
        await interaction.edit_original_response(content=text)
    await expect(page.locator("article .content")).to_contain_text("…")
    assert await page.evaluate("heard") == []
    await page.clock.run_for(SETTLED_MILLISECONDS)
    assert await page.evaluate("heard") == ["Tempera: once upon a time …"]
    await interaction.edit_original_response(content="once upon **a time** there was", view=row("Again"))
    await expect(page.get_by_role("button", name="Again")).to_be_visible()
    await page.clock.run_for(SETTLED_MILLISECONDS)
    await interaction.edit_original_response(view=row("Delete"))
    await expect(page.get_by_role("button", name="Delete")).to_be_visible()
    await page.clock.run_for(SETTLED_MILLISECONDS)
    assert await page.evaluate("heard.slice(1)") == ["Tempera: there was"]


async def test_a_description_is_not_read_again_with_every_key(page: Page, puppet: Puppet) -> None:
    assert not puppet.is_closed()
    await page.evaluate(HEAR)
    await page.keyboard.type("/say hello")
    await expect(page.get_by_label("text")).to_have_value("hello")
    heard = await page.evaluate("heard")
    assert sum("What to say" in text for text in heard) == 1, heard
