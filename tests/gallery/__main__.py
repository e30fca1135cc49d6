"""Make the gallery: `python -m tests.gallery` for all of it, `python -m tests.gallery generate help` for some."""

import argparse
import asyncio
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.gallery.programme import SCENES
from tests.gallery.scene import Scene
from tests.gallery.stage import open_stage

FOLDER = Path(__file__).parents[2] / "docs" / "gallery"
SIZES = {"wide": (1280, 800), "phone": (390, 844)}
SCENE_SECONDS = 300


async def make(names: Sequence[str]) -> dict[str, str]:
    """Take the pictures of these scenes; return what went wrong, by scene."""
    faults = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        for scene in (scene for scene in SCENES if scene.name in names):
            try:
                async with asyncio.timeout(SCENE_SECONDS):
                    await take(browser, scene)
            except Exception as error:
                faults[scene.name] = f"{type(error).__name__}: {error}".splitlines()[0]
            print(scene.name, faults.get(scene.name, ""), flush=True)
        await browser.close()
    return faults


async def take(browser: Browser, scene: Scene) -> None:
    """Play one scene and take its picture at each width."""
    async with open_stage(browser, scene.settings if scene.bot else None, scene.colours) as stage:
        await scene.play(stage)
        await asyncio.sleep(0.5)  # the page draws what the last event brought
        for size in SIZES:
            await picture(stage.page, scene.name, size)


async def picture(page: Page, name: str, size: str) -> None:
    """Save what the page shows at this size."""
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    await page.wait_for_timeout(300)
    save(await page.screenshot(animations="disabled"), FOLDER / f"{name}-{size}.png")


def save(screenshot: bytes, path: Path) -> None:
    """Save a screenshot with a palette, at a third of its weight."""
    whole = Image.open(io.BytesIO(screenshot)).convert("RGB")
    # Without k-means plain areas come out in a neighbouring colour.
    few = whole.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def write_index() -> None:
    """List the pictures that are there, with their captions."""
    lines = [
        "# Gallery",
        "",
        "Every command, button and refusal, as the sandbox shows them. `make gallery` takes these pictures.",
        "",
    ]
    for scene in SCENES:
        pictures = [f"{scene.name}-{size}.png" for size in SIZES if (FOLDER / f"{scene.name}-{size}.png").exists()]
        if pictures:
            images = " ".join(f'<img src="{one}" alt="{scene.name}" height="420">' for one in pictures)
            lines += [f"## {scene.name}", "", scene.caption, "", images, ""]
    (FOLDER / "README.md").write_text("\n".join(lines), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the gallery; return 1 after a list of the scenes that failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.gallery", description="Screenshots of everything")
    known = [scene.name for scene in SCENES]
    parser.add_argument("names", nargs="*", choices=[[], *known], default=[], metavar="scene", help=", ".join(known))
    names = parser.parse_args(arguments).names or known
    FOLDER.mkdir(exist_ok=True)
    faults = asyncio.run(make(names))
    write_index()
    for name, fault in faults.items():
        print(f"{name} failed: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
