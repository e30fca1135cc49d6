"""The page in a real browser: commands by keyboard, live updates, files and ephemeral messages."""

import io
import re

import discord
from PIL import Image
from playwright.async_api import Browser, Page, expect

from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.sandbox.state.world import Timing
from tests.sandbox.puppet import Connect, Puppet


async def test_a_command_is_written_and_sent_by_keyboard_alone(page: Page, puppet: Puppet) -> None:
    keys = page.keyboard
    await keys.type("/sa")
    await expect(page.get_by_role("option", name="/say")).to_have_attribute("aria-selected", "true")
    await keys.press("Enter")
    await expect(page.get_by_label("text")).to_be_focused()
    await keys.type("hello")
    await keys.press("Tab")  # to the optional options
    await keys.press("Enter")  # adds the first one, volume
    await keys.type("3")
    await expect(page.locator("#hint")).to_contain_text("This must be 0 to 2.")
    await keys.press("Enter")
    await expect(page.get_by_label("volume", exact=True)).to_have_attribute("aria-invalid", "true")
    assert puppet.interactions.empty()
    await keys.press("Backspace")
    await keys.type("0.45")
    await expect(page.get_by_label("volume slider")).to_have_value("0.45")
    await keys.press("ArrowUp")
    await expect(page.get_by_label("volume", exact=True)).to_have_value("0.5")
    await keys.press("Tab")
    await keys.press("ArrowDown")  # skips times
    await keys.press("Enter")  # adds mood
    await keys.type("s")
    await expect(page.get_by_role("option")).to_have_text("sad")
    await keys.press("Enter")
    await keys.press("Enter")
    interaction = await puppet.received()
    assert [interaction.extras[name] for name in ("text", "volume", "mood")] == ["hello", 0.5, "sad"]
    await interaction.response.send_message("*heard*")
    answer = page.locator("article.message")
    await expect(answer.locator(".content em")).to_have_text("heard")
    await expect(answer.locator(".used")).to_have_text(re.compile("Alice.*used.*/say"))
    await expect(page.locator("#entry")).to_be_focused()


async def test_a_number_is_chosen_from_a_list_or_typed(page: Page, puppet: Puppet) -> None:
    keys = page.keyboard
    await keys.type("/memory tune ")
    await keys.press("ArrowDown")
    await keys.press("Enter")  # adds warmth
    await expect(page.get_by_role("option")).to_have_text(["mild · 0.4", "hot · 1.5"])
    await keys.press("ArrowDown")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(page.get_by_label("warmth", exact=True)).to_have_value("hot · 1.5")
    await expect(page.get_by_label("warmth slider")).to_have_value("1.5")
    await keys.press("Enter")
    assert (await puppet.received()).extras["warmth"] == 1.5
    await expect(page.locator("#entry")).to_be_focused()
    await keys.type("/memory tune ")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(page.get_by_role("option")).to_have_count(2)
    await keys.type("0.65")
    await expect(page.get_by_role("option")).to_have_count(0)  # nothing to choose that isn't typed
    await keys.press("Enter")
    assert (await puppet.received()).extras["warmth"] == 0.65


async def test_a_command_without_options_is_sent_or_left_by_keyboard_alone(page: Page, puppet: Puppet) -> None:
    await page.keyboard.type("/memory f")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Command memory forget")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#entry")).to_be_focused()
    assert puppet.interactions.empty()
    await page.keyboard.type("/memory f")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator("article.pending")).to_have_text("Sending command…")
    await (await puppet.received()).response.send_message("forgotten")
    await expect(page.locator("article .content")).to_have_text("forgotten")


async def test_a_command_that_needs_nothing_is_sent_by_enter_and_its_options_are_at_the_arrow_keys(
    page: Page, puppet: Puppet
) -> None:
    await page.keyboard.type("/memory s")
    await page.keyboard.press("Enter")
    await expect(page.locator("#hint")).to_contain_text("Press Enter to send")
    await page.keyboard.press("Enter")
    assert (await puppet.received()).extras["word"] == "any"
    await expect(page.locator("#entry")).to_be_focused()
    await page.keyboard.type("/memory s")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.keyboard.type("rose")
    await page.keyboard.press("Enter")
    assert (await puppet.received()).extras["word"] == "rose"


async def test_a_command_written_before_the_bot_came_is_recognised(
    sandbox: Sandbox, browser: Browser, connect: Connect
) -> None:
    page = await browser.new_page()
    await page.goto(sandbox.url)
    await page.locator("#entry").press_sequentially("/say hello")
    async with connect(sandbox):
        await expect(page.get_by_label("text")).to_have_value("hello")


async def test_completions_are_offered_while_typing(page: Page, puppet: Puppet) -> None:
    await page.keyboard.type("/say hello")
    await page.get_by_role("button", name="more").focus()
    await page.get_by_role("option", name="word").click()
    await page.keyboard.type("An")
    await expect(page.get_by_role("option")).to_have_text(["Anna", "Anton"])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("word", exact=True)).to_have_value("Anton")
    await page.get_by_role("button", name="Send").click()
    assert (await puppet.received()).extras["word"] == "Anton"


async def test_escape_and_backspace_lead_back_to_plain_text(page: Page, puppet: Puppet) -> None:
    await page.keyboard.type("/say x")
    await page.keyboard.press("Backspace")
    await page.keyboard.press("Backspace")
    await expect(page.locator("#entry")).to_be_focused()
    await page.keyboard.type("/say ")
    await page.keyboard.press("Escape")
    await page.keyboard.type("plain text")
    await page.keyboard.press("Enter")
    await expect(page.locator("article .content")).to_have_text("plain text")
    assert puppet.interactions.empty()


async def test_a_required_option_is_asked_for(page: Page, puppet: Puppet) -> None:
    await page.keyboard.type("/say ")
    await page.keyboard.press("Enter")
    await expect(page.locator("#hint")).to_contain_text("This option is required.")
    assert puppet.interactions.empty()


async def test_an_answer_grows_in_the_same_place(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    await sandbox.invoke("say", text="hello")
    interaction = await puppet.received()
    await interaction.response.defer()
    article = page.locator("article")
    await expect(article).to_contain_text("Tempera is thinking…")
    await article.evaluate("node => { node.dataset.mark = 'same'; }")
    await interaction.edit_original_response(content="once")
    await expect(article.locator(".content")).to_have_text("once")
    await interaction.edit_original_response(content="once **upon**")
    await expect(article.locator(".content")).to_have_text("once upon (edited)")
    assert await article.get_attribute("data-mark") == "same"
    await interaction.delete_original_response()
    await expect(article).to_have_count(0)


async def test_an_unanswered_command_says_so(browser: Browser, connect: Connect) -> None:
    async with running_sandbox(timing=Timing(acknowledge_seconds=1.0)) as sandbox, connect(sandbox):
        page = await browser.new_page()
        await page.goto(sandbox.url)
        await page.locator("#entry").press_sequentially("/say hello")
        await page.get_by_label("text").press("Enter")
        await expect(page.locator("article.failed")).to_have_text("The application did not respond.")


async def test_a_private_answer_is_seen_by_its_addressee_alone(
    sandbox: Sandbox, page: Page, browser: Browser, puppet: Puppet
) -> None:
    bobs = await browser.new_page()
    await bobs.goto(f"{sandbox.url}?as=bob")
    await sandbox.invoke("say", text="hello")
    await (await puppet.received()).response.send_message("a secret", ephemeral=True)
    await expect(page.locator("article.ephemeral")).to_contain_text("Only you can see this")
    await sandbox.post("for all")
    await expect(bobs.locator("article")).to_have_text(re.compile("for all"))
    await page.get_by_role("button", name="Dismiss message").click()
    await expect(page.locator("article.ephemeral")).to_have_count(0)


async def test_a_text_file_can_be_read_and_downloaded(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    await sandbox.invoke("say", text="hello")
    file = discord.File(io.BytesIO("ROMÉO\n".encode() + b"line\n" * 50), "romeo.txt")
    await (await puppet.received()).response.send_message("here", file=file)
    attachment = page.locator(".attachment")
    await expect(attachment.locator("pre")).to_contain_text("ROMÉO")
    await attachment.get_by_role("button", name="Show all").click()
    await expect(attachment).to_have_class(re.compile("open"))
    async with page.expect_download() as download:
        await attachment.get_by_role("link", name="romeo.txt").click()
    assert (await download.value).suggested_filename == "romeo.txt"


async def test_a_reader_of_old_text_is_not_scrolled_away(sandbox: Sandbox, page: Page) -> None:
    for number in range(40):
        await sandbox.post(f"line {number}")
    await expect(page.locator("article").last).to_be_in_viewport()
    await page.locator("#messages").evaluate("log => { log.scrollTop = 0; }")
    await expect(page.locator("article").first).to_be_in_viewport()
    await sandbox.post("news")
    await page.get_by_role("button", name="New messages").click()
    await expect(page.locator("article").last).to_be_in_viewport()


async def test_the_end_stays_in_sight_while_a_preview_loads(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    for number in range(20):
        await sandbox.post(f"line {number}")
    await sandbox.invoke("say", text="hello")
    file = discord.File(io.BytesIO(b"line\n" * 50), "long.txt")
    await (await puppet.received()).response.send_message("here", file=file)
    for _ in range(2):
        await expect(page.get_by_role("button", name="Show all")).to_be_in_viewport(ratio=1)
        await page.reload()


async def test_only_a_mention_that_pings_stands_out(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    for allowed in (discord.AllowedMentions.none(), discord.AllowedMentions.all()):
        await sandbox.invoke("say", text="hello")
        content = f"<@{sandbox.alice.id}> @everyone"
        await (await puppet.received()).response.send_message(content, allowed_mentions=allowed)
    await expect(page.locator("article").first.locator(".mention.pings")).to_have_count(0)
    await expect(page.locator("article").last.locator(".mention.pings")).to_have_text(["@Alice", "@everyone"])
    await expect(page.locator("article").last).to_have_class(re.compile("pings-me"))


async def test_channels_have_addresses_and_show_what_is_new(sandbox: Sandbox, page: Page) -> None:
    await sandbox.post("a verse", channel=sandbox.poems)
    await expect(page.get_by_role("link", name="poems")).to_have_class(re.compile("unread"))
    await page.goto(f"{sandbox.url}#poems")
    await expect(page.locator("article")).to_contain_text("a verse")
    await expect(page.locator("#entry")).to_have_attribute("aria-label", "Message #poems")


async def test_a_phone_shows_all_without_sideways_scrolling(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.get_by_role("link", name="poems")).to_be_hidden()
    await page.get_by_role("button", name="Channels").click()
    await page.get_by_role("link", name="poems").click()
    await expect(page.locator("#entry")).to_have_attribute("aria-label", "Message #poems")
    await page.locator("#entry").fill("/say ")
    await expect(page.get_by_label("text")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="Send")).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_a_picture_is_shown_with_its_description(page: Page, sandbox: Sandbox, puppet: Puppet) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 90, 20)).save(drawn, "PNG")
    file = discord.File(io.BytesIO(drawn.getvalue()), "dial.png", description="T 1: “e” 84%")
    await sandbox.invoke("say", text="hello")
    await (await puppet.received()).response.send_message("odds", file=file)
    picture = page.get_by_role("img", name="T 1: “e” 84%")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 60
    await expect(page.get_by_role("link", name="Download dial.png")).to_have_attribute("download", "dial.png")
