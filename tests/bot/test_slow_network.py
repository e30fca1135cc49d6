"""Clicks on a network over which Discord is slow to confirm them."""

import pytest

from tempera.bot.config.settings import Settings
from tempera.bot.replies.answer import WRITING
from tempera.bot.replies.markdown import literal
from tempera.sandbox.server import running_sandbox
from tempera.sandbox.state.world import Timing
from tests.bot.conftest import FINAL, Room, bot_in, ended, labels

pytestmark = pytest.mark.slow


async def test_a_text_that_ends_while_its_stop_is_on_the_way_shows_its_end(settings: Settings) -> None:
    async with running_sandbox(timing=Timing(callback_seconds=1.0)) as sandbox:
        async with bot_in(sandbox, settings) as bot:
            room = Room(sandbox, bot)
            with room.decoder_asleep():
                exchange = await room.play(prompt="Oh", length=5)
                await exchange.acknowledged()
                message = await exchange.shows(WRITING)
                click = await sandbox.click(message, "Stop")
                assert (await click.acknowledged()).kind == "defer_update"
            row = await room.row(1, ended)
        # The bot has ended, and before it everything that the click began.
        assert message.content.startswith(f"**Oh**{literal(row.text)}\n-# ")
        assert "Broken off" not in message.content
        assert labels(message) == FINAL
