"""The page's composer: what completes to what, which commands it finds, and pasted command lines."""

import discord
import pytest
from discord import app_commands
from playwright.async_api import Page, expect

from tests.sandbox.puppet import Puppet


async def add_option(page: Page, name: str) -> None:
    await page.get_by_role("button", name="more").focus()
    await page.get_by_role("option").filter(has=page.get_by_text(name, exact=True)).click()


@pytest.mark.parametrize(
    ("option", "typed", "value"),
    [("mood", "sad", "sad"), ("mood", "SAD", "sad"), ("word", "Bert", "Bert"), ("times", "2", 2)],
)
async def test_a_value_that_is_one_of_the_choices_completes_to_itself(
    page: Page, puppet: Puppet, option: str, typed: str, value: object
) -> None:
    await page.keyboard.type("/say hello")
    await add_option(page, option)
    await page.keyboard.type(typed)
    await expect(page.locator("#suggestions .row")).to_have_count(2)
    await expect(page.locator("#suggestions [aria-selected=true]")).to_have_count(1)
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    assert (await puppet.received()).extras[option] == value


async def test_a_number_that_is_none_of_the_choices_is_sent_as_it_is(page: Page, puppet: Puppet) -> None:
    await page.keyboard.type("/say hello")
    await add_option(page, "times")
    await page.keyboard.type("3")
    await expect(page.locator("#suggestions .row")).to_have_text(["once", "twice"])
    await page.keyboard.press("Enter")
    assert (await puppet.received()).extras["times"] == 3


async def test_any_part_of_a_name_finds_a_command_and_generate_comes_first(page: Page, puppet: Puppet) -> None:
    async def nothing(_interaction: discord.Interaction[Puppet]) -> None:
        raise AssertionError("never called")

    for name in ("compare", "generate"):
        puppet.tree.add_command(app_commands.Command(name=name, description="Write", callback=nothing))
    async with page.expect_response("**/sandbox/commands?*"):
        await puppet.tree.sync()
    names = page.locator("#suggestions .row b")
    for typed, found in (
        ("/", ["/generate", "/compare", "/memory keep", "/memory forget", "/memory search", "/memory tune", "/say"]),
        ("/e", ["/generate", "/compare", "/memory keep", "/memory forget", "/memory search", "/memory tune"]),
        ("/forget", ["/memory forget"]),
        ("/sE", ["/memory search"]),
        ("/s", ["/say", "/memory search"]),
    ):
        await page.locator("#entry").fill(typed)
        await expect(names).to_have_text(found)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("group", name="Command say")).to_be_visible()


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("/say text:he said: hello volume:0.5 word:Anna", {"text": "he said: hello", "volume": 0.5, "word": "Anna"}),
        ("  /say\ntext:to be\nor not mood:sad\n", {"text": "to be or not", "mood": "sad"}),
        ("/say hello text volume:1.5", {"text": "hello text", "volume": 1.5}),
        ("/memory search word:rose", {"word": "rose"}),
        ("/memory search rose red", {"word": "rose red"}),
    ],
)
async def test_a_pasted_command_line_is_read_as_one(
    page: Page, puppet: Puppet, line: str, values: dict[str, object]
) -> None:
    await page.locator("#entry").fill(line)  # as pasting does: in one piece
    await page.keyboard.press("Enter")
    extras = (await puppet.received()).extras
    assert {name: extras[name] for name in values} == values


async def test_a_pasted_value_that_is_not_valid_is_shown_and_not_sent(page: Page, puppet: Puppet) -> None:
    await page.locator("#entry").fill("/say text:hello volume:3")
    await expect(page.get_by_label("volume", exact=True)).to_be_focused()
    await expect(page.locator("#hint")).to_contain_text("This must be 0 to 2.")
    await page.keyboard.press("Enter")
    assert puppet.interactions.empty()
