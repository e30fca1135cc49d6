"""The page for those who hear it or use the keyboard: names, focus, announcements, contrast, and axe-core's rules."""

import re

import discord
import pytest
from playwright.async_api import Page, expect

from tempera.sandbox.server import Sandbox
from tests.sandbox.puppet import Puppet


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
