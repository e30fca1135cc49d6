"""A wait for a process that has ended ends too, with what the process said."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import LAST_WORDS_SECONDS, Watch, wait_for

pytestmark = pytest.mark.slow
DIES = [sys.executable, "-c", "import sys; sys.exit('out of luck')"]


async def ended(log: Path) -> asyncio.subprocess.Process:
    with log.open("w") as file:
        return await asyncio.create_subprocess_exec(*DIES, stderr=file)


async def test_a_block_is_broken_off_when_its_process_ends(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = await ended(log)
    with pytest.raises(AssertionError, match="ended with 1:\nout of luck"):
        async with Watch(process).block(log.read_text):
            await asyncio.Event().wait()


async def test_a_block_that_expects_the_end_goes_on(tmp_path: Path) -> None:
    process = await ended(tmp_path / "log")
    watch = Watch(process)
    async with watch.block(str):
        await process.wait()
        watch.expect_the_end()
        await asyncio.sleep(LAST_WORDS_SECONDS + 0.1)


async def test_a_block_that_waits_in_vain_says_so_itself(tmp_path: Path) -> None:
    process = await ended(tmp_path / "log")
    with pytest.raises(TimeoutError):
        async with Watch(process).block(str), asyncio.timeout(0.01):
            await asyncio.Event().wait()
    await process.wait()


def test_what_a_dead_process_left_undone_is_told_with_its_words(tmp_path: Path) -> None:
    said = tmp_path / "said"
    with said.open("w") as stderr, subprocess.Popen(DIES, stderr=stderr) as process:
        with pytest.raises(AssertionError, match="ended with 1:\nout of luck"):
            wait_for(process, lambda: False, said)
        wait_for(process, said.exists, said)
