"""The Temperature lab in a real browser, over a real engine."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import aiohttp
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tempera.models.engine.engine import Engine
from tempera.models.library import Library
from tempera.sandbox.lab.lab import CHARACTERS, Lab
from tempera.sandbox.server import running_sandbox
from tests.sandbox.contrast import SMALLEST_CONTRAST, contrast_ratios

pytestmark = pytest.mark.slow
RELEASED = Library(Path(__file__).parents[2] / "models" / "checkpoints")


@pytest.fixture
async def address() -> AsyncIterator[str]:
    lab = Lab()
    async with running_sandbox(beside=lab.routes()) as sandbox, Engine(RELEASED) as engine:
        lab.open(engine, RELEASED)
        yield sandbox.url


@pytest.fixture
async def page(address: str, browser: Browser) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 1000, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    await page.goto(f"{address}/lab")
    await expect(characters(page)).to_have_count(CHARACTERS)
    yield page
    assert errors == []


def characters(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("#text [role=button]")


async def text_of(page: Page) -> str:
    return "".join(await characters(page).all_text_contents())


async def test_the_text_rewrites_itself_while_the_slider_moves_and_comes_back(page: Page) -> None:
    first = await text_of(page)
    await page.locator("#temperature").focus()
    for _ in range(6):
        await page.keyboard.press("ArrowRight")
    await expect(page.locator("#degrees")).to_have_text("1.1")
    await expect(page.locator(".flipped")).to_have_count(1)
    assert await text_of(page) != first
    for _ in range(6):
        await page.keyboard.press("ArrowLeft")
    await expect(page.locator("#degrees")).to_have_text("0.8")
    await settled(page, first)


async def settled(page: Page, text: str) -> None:
    await page.wait_for_function(
        "text => [...document.querySelectorAll('#text [role=button]')].map(s => s.textContent).join('') === text",
        arg=text,
    )


async def test_surprise_is_a_color_and_a_number(page: Page) -> None:
    first = characters(page).first
    assert re.fullmatch(r"(line break|.), surprise \d+\.\d nats", str(await first.get_attribute("aria-label")))
    colors = await page.evaluate(
        "[...document.querySelectorAll('#text [role=button]')].map(span => getComputedStyle(span).backgroundColor)"
    )
    assert len(set(colors)) > 20
    await expect(page.locator("#mean")).to_have_text(re.compile(r"mean surprise \d\.\d\d nats per character"))


async def test_another_choice_is_followed_by_keyboard_alone(page: Page) -> None:
    first = await text_of(page)
    await characters(page).first.focus()
    for _ in range(20):
        await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    choices = page.locator("#choices button")
    await expect(choices).to_have_count(12)
    await expect(page.locator("#choices [aria-current]")).to_be_focused()
    other = page.locator("#choices button:not([aria-current])").first
    chosen = str(await other.locator("span").first.text_content())
    await other.press("Enter")
    await expect(page.locator("#release")).to_be_visible()
    kept = str(await page.locator(".kept").text_content())
    assert kept[:20] == first[:20]
    assert kept[20] != first[20]
    assert chosen in {kept[20], "space", "line break"}
    await expect(characters(page)).to_have_count(CHARACTERS - 21)
    await page.locator("#release").click()
    await settled(page, first)


async def test_the_line_for_discord_names_what_wrote_the_text(page: Page) -> None:
    await page.locator("#prompt").fill("JULIET:")
    await page.locator("#seed").fill("12")
    await expect(page.locator("#command")).to_have_value(
        "/generate prompt:JULIET: temperature:0.8 length:300 seed:12 finish:exact model:shakespeare"
    )
    await page.locator("#copy").click()
    await expect(page.locator("#copied")).to_have_text(re.compile("Copied|selected"))


async def test_what_the_model_does_not_know_is_said(address: str, browser: Browser) -> None:
    page = await browser.new_page()
    await page.goto(f"{address}/lab")
    await expect(characters(page)).to_have_count(CHARACTERS)
    await page.locator("#prompt").fill("漢字")
    await expect(page.locator("#problem")).to_contain_text("knows none")
    await page.locator("#prompt").fill("Oh")
    await expect(page.locator("#problem")).to_be_hidden()


async def test_it_works_on_a_phone(address: str, browser: Browser) -> None:
    page = await browser.new_page(viewport={"width": 360, "height": 700}, has_touch=True, color_scheme="light")
    await page.goto(f"{address}/lab")
    await characters(page).nth(5).tap()
    await expect(page.locator("#choices button")).to_have_count(12)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_until_the_engine_has_started_it_asks_to_come_back(browser: Browser) -> None:
    lab = Lab()
    async with running_sandbox(beside=lab.routes()) as sandbox:
        page = await browser.new_page()
        await page.goto(f"{sandbox.url}/lab")
        await expect(page.locator("#problem")).to_have_text("The models are still loading. Try again in a moment.")
        async with Engine(RELEASED) as engine:
            lab.open(engine, RELEASED)
            await expect(characters(page)).to_have_count(CHARACTERS)


@pytest.mark.parametrize(
    "change",
    [{"temperature": 9}, {"model": "gone"}, {"seed": "x"}, {"prompt": 5}, {"kept": "x" * 2000, "temperature": None}],
)
async def test_what_is_out_of_bounds_is_refused(address: str, change: dict[str, object]) -> None:
    body = {"model": "shakespeare", "prompt": "Oh", "temperature": 0.8, "seed": 1} | change
    async with aiohttp.ClientSession() as http, http.post(f"{address}/lab/text", data=json.dumps(body)) as response:
        assert response.status == 422
        assert await response.text()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_nothing_is_too_faint_and_axe_finds_nothing(
    page: Page, width: int, theme: Literal["light", "dark"]
) -> None:
    await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    await page.set_viewport_size({"width": width, "height": 844})
    await characters(page).nth(8).click()
    await expect(page.locator("#choices button").first).to_be_visible()
    assert [(text, ratio) for text, ratio in await contrast_ratios(page) if ratio < SMALLEST_CONTRAST] == []
    assert (await Axe().run(page)).response["violations"] == []
