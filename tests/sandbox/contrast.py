"""Measures how well everything written on a page can be told from its background."""

from pathlib import Path

from playwright.async_api import Page

RATIOS = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
SMALLEST_CONTRAST = 4.5


async def contrast_ratios(page: Page) -> list[tuple[str, float]]:
    """Return every visible text with its contrast ratio (WCAG 2.2, 1.4.3), faintest first."""
    ratios = [(text, ratio) for text, ratio in await page.evaluate(RATIOS)]
    return sorted(ratios, key=lambda pair: pair[1])
