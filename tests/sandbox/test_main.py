"""`python -m sandbox`, end to end, as a first-time user runs it."""

import asyncio
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tempera.sandbox.__main__ import main
from tests.patience import Watch

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120


@pytest.fixture
def config(tmp_path: Path, checkpoints: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(f"models: {{folder: {checkpoints}, default: tiny}}\n", encoding="utf-8")
    return path


def log_of(config: Path) -> Path:
    return config.with_name("log")


async def address_of(process: Process) -> str:
    """Return the sandbox's URL once it is ready; a failed start is reported by the process watch."""
    assert process.stdout is not None
    async for line in process.stdout:
        ready = re.fullmatch(r"Tempera is ready: (http://127\.0\.0\.1:\d+)\n", line.decode())
        assert ready, line
        return ready[1]
    await asyncio.Future()
    return ""


@asynccontextmanager
async def started(config: Path, port: int) -> AsyncIterator[Process]:
    arguments = ("-m", "sandbox", "--port", str(port), "--config", str(config))
    log = log_of(config)
    with log.open("w") as file:
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=PIPE, stderr=file)
    try:
        async with Watch(process).block(log.read_text):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_a_newcomer_writes_the_first_text(config: Path, browser: Browser) -> None:
    async with started(config, 0) as process, asyncio.timeout(PATIENCE_SECONDS):
        address = await address_of(process)
        page = await browser.new_page()
        await page.goto(address)
        await page.locator("#entry").press_sequentially("/generate ROMEO:")
        await expect(page.get_by_label("prompt")).to_have_value("ROMEO:")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("option").first).to_contain_text("temperature")
        await page.keyboard.press("Enter")
        await page.keyboard.type("0.8")
        await page.keyboard.press("Enter")
        answer = page.locator("article.message", has_text="/generate")
        await expect(answer).to_contain_text("ROMEO:")
        await expect(answer.locator(".subtext")).to_contain_text("tiny")
        assert (config.parent / "data" / "sandbox.sqlite3").exists()
        process.send_signal(signal.SIGTERM)
        output, _ = await process.communicate()
    assert (process.returncode, output) == (0, b"")
    assert "Traceback" not in log_of(config).read_text()


@pytest.mark.slow
async def test_a_taken_port_ends_with_the_remedy(config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with started(config, port) as process, asyncio.timeout(PATIENCE_SECONDS):
            output, _ = await process.communicate()
    assert (process.returncode, output) == (2, b"")
    assert log_of(config).read_text().splitlines() == [
        f"Can't listen on port {port}: Address already in use. Choose another port: make run PORT=8090"
    ]


@pytest.fixture
def faulty_config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("models: {default: nobody}\n", encoding="utf-8")
    return path


@pytest.mark.slow
async def test_faulty_settings_end_with_the_remedy(faulty_config: Path) -> None:
    async with started(faulty_config, 0) as process, asyncio.timeout(PATIENCE_SECONDS):
        output, _ = await process.communicate()
    assert (process.returncode, output) == (2, b"")
    assert "config.yaml" in log_of(faulty_config).read_text().splitlines()[-1]


async def test_alice_can_look_after_the_bot(config: Path, browser: Browser) -> None:
    async with started(config, 0) as process, asyncio.timeout(PATIENCE_SECONDS):
        address = await address_of(process)
        page = await browser.new_page()
        await page.goto(address)
        await page.locator("#entry").press_sequentially("/admin status ")
        await expect(page.get_by_role("group", name="Command admin status")).to_be_visible()
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_text("default: tiny")).to_be_visible()


async def test_presets_are_kept_over_restarts(config: Path, browser: Browser) -> None:
    async def run(line: str, answer: str) -> None:
        async with started(config, 0) as process, asyncio.timeout(PATIENCE_SECONDS):
            page = await browser.new_page()
            await page.goto(f"{await address_of(process)}?as=bob")
            await page.locator("#entry").fill(line)
            await expect(page.locator("#command")).to_be_visible()  # the bot has registered its commands
            await page.get_by_role("button", name="Send").click()
            await expect(page.locator("article.message .content")).to_contain_text(answer)
            process.send_signal(signal.SIGTERM)
            await process.wait()

    await run("/preset save name:night temperature:0.4", "night")
    await run("/preset show name:night", "0.4")


def test_windows_is_refused_in_a_line(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert main(["--config", str(config)]) == 2
    assert capsys.readouterr().err.startswith("Tempera doesn't run on Windows")
