import asyncio

import pytest

from tempera.bot.answers.reading import outcome
from tempera.bot.replies.answer import Ending
from tempera.models.errors import DecoderFailed
from tempera.storage.texts.history import Status


async def overdue() -> None:
    async with asyncio.timeout(0):
        await asyncio.sleep(1)


async def broken() -> None:
    raise DecoderFailed("it died")


async def test_a_text_that_takes_too_long_for_discord_is_cut_short() -> None:
    reading = asyncio.create_task(overdue())
    await asyncio.wait({reading})
    assert outcome(reading, Ending.CUT_SHORT) == (Status.CANCELLED, Ending.OUT_OF_TIME)


async def test_a_text_that_a_stop_cancels_is_cut_short() -> None:
    reading = asyncio.create_task(asyncio.sleep(1))
    reading.cancel()
    await asyncio.wait({reading})
    assert outcome(reading, Ending.CUT_SHORT) == (Status.CANCELLED, Ending.CUT_SHORT)


async def test_what_the_model_fails_with_is_raised() -> None:
    reading = asyncio.create_task(broken())
    await asyncio.wait({reading})
    with pytest.raises(DecoderFailed, match="it died"):
        outcome(reading, Ending.CUT_SHORT)
