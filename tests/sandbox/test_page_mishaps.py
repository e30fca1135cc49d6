"""The page when something fails, is late or happens twice, and its menu by keyboard."""

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tempera.sandbox.client.options import validated_value
from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.commands import OptionType
from tempera.sandbox.state.errors import InvalidOption
from tests.sandbox.puppet import Puppet

TWO_ENTERS = """field => {
  const enter = () => new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
  field.dispatchEvent(enter());
  field.dispatchEvent(enter());
}"""


@pytest.fixture
async def narrow_page(page: Page) -> Page:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_role("button", name="Channels").focus()
    await page.keyboard.press("Enter")
    return page


async def test_the_menu_opens_at_the_current_channel_and_escape_leads_back(narrow_page: Page) -> None:
    keys = narrow_page.keyboard
    await expect(narrow_page.locator("#channels [aria-current=page]")).to_be_focused()
    await keys.press("Tab")
    await expect(narrow_page.get_by_role("link", name="poems")).to_be_focused()
    await keys.press("Escape")
    await expect(narrow_page.get_by_role("button", name="Channels")).to_be_focused()
    await expect(narrow_page.get_by_role("button", name="Channels")).to_have_attribute("aria-expanded", "false")
    await expect(narrow_page.get_by_role("link", name="poems")).to_be_hidden()


async def test_a_channel_chosen_by_keyboard_closes_the_menu(narrow_page: Page) -> None:
    await narrow_page.keyboard.press("Tab")
    await narrow_page.keyboard.press("Enter")
    await expect(narrow_page.locator("#channel-name")).to_have_text("poems")
    await expect(narrow_page.get_by_role("link", name="poems")).to_be_hidden()
    await expect(narrow_page.get_by_role("button", name="Channels")).to_be_focused()


async def test_the_menu_closes_when_the_focus_goes_on_into_the_page(narrow_page: Page) -> None:
    poems = narrow_page.get_by_role("link", name="poems")
    await expect(poems).to_be_visible()
    for _ in range(20):
        await narrow_page.keyboard.press("Tab")
    await expect(poems).to_be_hidden()


async def test_a_redrawn_side_bar_keeps_the_focus(sandbox: Sandbox, page: Page) -> None:
    await page.goto(f"{sandbox.url}?as=bob")
    await expect(page.locator("#composer")).to_have_attribute("aria-busy", "false")  # rendering is finished
    switch = page.get_by_label("Manage channels")
    await switch.focus()
    async with page.expect_response("**/sandbox/commands?*"):  # the last request after a change of permissions
        await page.keyboard.press("Space")
    await expect(switch).to_be_checked()
    await expect(switch).to_be_focused()


async def test_an_address_that_is_none_leads_to_the_first_channel(sandbox: Sandbox, page: Page) -> None:
    await page.goto(f"{sandbox.url}#poems")
    await expect(page.locator("#channel-name")).to_have_text("poems")
    await page.goto(f"{sandbox.url}#%")
    await expect(page.locator("#channel-name")).to_have_text("general")


async def test_commands_that_come_late_are_not_taken_for_those_of_the_channel_opened_meanwhile(
    sandbox: Sandbox, page: Page
) -> None:
    late: list[Route] = []
    commands = page.locator("#composer[aria-busy=false]")
    await page.route(f"**/sandbox/commands?*channel={sandbox.poems.id}", lambda route: late.append(route))
    await page.goto(f"{sandbox.url}#poems")
    await expect(page.locator("#channel-name")).to_have_text("poems")
    await expect(commands).to_have_count(0)
    await page.goto(f"{sandbox.url}#general")
    await expect(commands).to_have_count(1)
    async with page.expect_response("**/sandbox/commands?*"):
        await late[0].fulfill(json=[])
    await page.locator("#entry").press_sequentially("/say hello")
    await expect(page.get_by_label("text")).to_have_value("hello")


async def test_enter_twice_sends_a_command_once(page: Page, puppet: Puppet) -> None:
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    await page.keyboard.type("/say hello")
    await page.get_by_label("text").evaluate(TWO_ENTERS)
    await (await puppet.received()).response.send_message("heard")
    await expect(page.locator("article .content")).to_have_text("heard")
    assert len(sent) == 1


async def test_a_command_can_be_sent_again_after_a_refusal(sandbox: Sandbox, browser: Browser) -> None:
    sent: list[object] = []
    page = await browser.new_page()
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    await page.route("**/sandbox/commands", lambda route: route.fulfill(status=422, json={"message": "No."}))
    commands = [{"name": "say", "description": "Say", "options": [{"type": 3, "name": "text", "required": True}]}]
    await page.route("**/sandbox/commands?*", lambda route: route.fulfill(json=commands))
    await page.goto(sandbox.url)
    await page.locator("#entry").press_sequentially("/say hello")
    for number in (1, 2):
        async with page.expect_request("**/sandbox/commands"):
            await page.get_by_label("text").press("Enter")
        await expect(page.locator("article.failed")).to_have_text("No.")
        await page.wait_for_timeout(100)
        assert len(sent) == number


async def test_a_message_that_could_not_be_sent_is_kept(sandbox: Sandbox, browser: Browser) -> None:
    page = await browser.new_page()
    await page.goto(sandbox.url)
    await expect(page.locator("#composer")).to_have_attribute("aria-busy", "false")  # a channel is open
    await page.route("**/sandbox/messages", lambda route: route.abort())
    await page.keyboard.type("a verse")
    await page.keyboard.press("Enter")
    await expect(page.locator("article.failed")).to_contain_text("Your message wasn't sent")
    await expect(page.locator("#entry")).to_have_value("a verse")
    await page.unroute("**/sandbox/messages")
    await page.keyboard.press("Enter")
    await expect(page.locator("article .content")).to_have_text("a verse")
    await expect(page.locator("#entry")).to_have_value("")


@pytest.mark.parametrize(
    ("kind", "number", "words"),
    [
        (OptionType.INTEGER, 2**31, "must be from 0 to 2147483647, not 2147483648"),
        (OptionType.NUMBER, 2147483647.5, "must be from 0 to 2147483647, not 2147483647.5"),
        (OptionType.NUMBER, -1.0, "must be from 0 to 2147483647, not -1"),
        (OptionType.NUMBER, float("inf"), "must be from 0 to 2147483647, not inf"),
    ],
)
def test_whole_numbers_are_printed_whole(kind: int, number: float, words: str) -> None:
    option = {"name": "seed", "type": kind, "min_value": 0, "max_value": 2147483647.0}
    with pytest.raises(InvalidOption) as refused:
        validated_value(option, number)
    assert refused.value.reason == words
