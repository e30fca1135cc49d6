"""A host whose clock is wrong: people read times by Discord's, and wait no longer than they should."""

import re
import time
from dataclasses import replace

import pytest

from tempera.bot.config.settings import Settings
from tempera.sandbox.server import running_sandbox
from tempera.sandbox.state.world import Timing
from tests.bot.conftest import bot_in, changed, written

HOUR_SECONDS = 3600


@pytest.mark.slow
@pytest.mark.parametrize("offset_seconds", [-400 * 24 * HOUR_SECONDS, -HOUR_SECONDS, HOUR_SECONDS])
async def test_a_time_to_wait_is_right_on_the_readers_clock(settings: Settings, offset_seconds: float) -> None:
    timing = replace(Timing(), clock_offset_seconds=offset_seconds)
    slow = changed(settings, fairness={"cooldown_seconds": 60.0})
    async with running_sandbox(timing=timing) as sandbox, bot_in(sandbox, slow):
        await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)
        refused = (await (await sandbox.invoke("generate", prompt="Oh", length=5)).answered()).content
        (unix_seconds,) = re.findall(r"You're on cooldown\. Try again <t:(\d+):R>\.", refused)
        assert 0 < int(unix_seconds) - (time.time() + offset_seconds) < 65
