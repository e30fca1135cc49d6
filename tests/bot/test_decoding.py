"""What an admin is told about the decoder, and what the decoder's process knows about the bot."""

import os
import re
from pathlib import Path

import pytest

from tempera.models.engine.variants import FORCED_BY, installed_variant
from tempera.sandbox.server import Sandbox
from tests.bot.admin_play import says
from tests.bot.conftest import RunBot, written
from tests.bot.processes import StartBot, online

FAST = r"(AVX2|AVX-VNNI|AVX-512 VNNI|AMX|NEON|NEON with dot products)"
SLOW = r"NumPy on 1 thread\. Slow, because .+\. Unset TEMPERA_KERNEL, then start Tempera again\."


@pytest.fixture
def a_kernel_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FORCED_BY, raising=False)
    _, slow_reason = installed_variant()
    if slow_reason:
        pytest.skip(f"nothing fast decodes here: {slow_reason}")


@pytest.fixture
def the_specification_is_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FORCED_BY, "specification")


def environment_of(pid: int | None) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def decoding_line(sandbox: Sandbox, run_bot: RunBot, **models: int) -> str:
    """Return what /admin status says of the decoder, without markdown's backslashes, and let it write a text."""
    admin = {"guild_ids": (sandbox.guild.id,), "user_ids": (sandbox.alice.id,)}
    async with run_bot(admin=admin, models=models):
        await sandbox.wait_for_command("admin")
        await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)
        lines = (await says(await sandbox.invoke("admin status"))).replace("\\", "").splitlines()
    (line,) = [line for line in lines if line.startswith("**Decoding** ")]
    return line.removeprefix("**Decoding** ")


async def checked(start_bot: StartBot) -> tuple[str, str]:
    """Return what --check says of the decoder, and its last line."""
    async with start_bot("--check", DISCORD_TOKEN=None) as bot:
        assert await bot.ends() == 0
    lines = bot.output().splitlines()
    (line,) = [line for line in lines if line.startswith("decoder: ")]
    return line.removeprefix("decoder: "), lines[-1]


@pytest.mark.usefixtures("a_kernel_is_here")
async def test_status_names_what_decodes(sandbox: Sandbox, run_bot: RunBot) -> None:
    assert re.fullmatch(rf"{FAST} on 2 threads", await decoding_line(sandbox, run_bot, threads=2))


@pytest.mark.usefixtures("the_specification_is_forced")
async def test_status_says_why_the_bot_is_slow_and_what_helps(sandbox: Sandbox, run_bot: RunBot) -> None:
    assert re.fullmatch(SLOW, await decoding_line(sandbox, run_bot))


@pytest.mark.usefixtures("a_kernel_is_here")
async def test_check_names_what_would_decode(start_bot: StartBot) -> None:
    line, last = await checked(start_bot)
    assert re.fullmatch(rf"{FAST} on 1 thread", line)
    assert last == "Everything is OK."


@pytest.mark.usefixtures("the_specification_is_forced")
async def test_check_says_why_the_bot_would_be_slow_and_what_helps(start_bot: StartBot) -> None:
    line, last = await checked(start_bot)
    assert re.fullmatch(SLOW, line)
    assert last == "The bot can start, but it will write slowly."


@pytest.mark.usefixtures("the_specification_is_forced")
async def test_a_slow_start_is_a_warning_in_the_log(start_bot: StartBot, sandbox: Sandbox) -> None:
    async with start_bot() as bot:
        await online(sandbox)
    assert len(re.findall(rf" WARNING tempera\.models\.engine\.engine: Decoding with {SLOW}\n", bot.output())) == 1


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this system shows no process's environment")
async def test_the_decoder_does_not_know_the_token(
    sandbox: Sandbox, run_bot: RunBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", sandbox.token)
    async with run_bot() as bot:
        environment = environment_of(bot.resources.engine.decoder_pid)
    assert f"PATH={os.environ['PATH']}\0".encode() in environment
    assert b"DISCORD_TOKEN" not in environment
    assert sandbox.token.encode() not in environment
