"""What is remembered of a server is never older than its last change."""

import asyncio

from tempera.bot.running.remembered import REMEMBERED, RememberedByServer


async def test_a_value_that_changes_while_it_is_read_is_read_anew() -> None:
    stored, reading, go_on = ["old"], asyncio.Event(), asyncio.Event()

    async def read(_: int) -> str:
        value = stored[0]
        reading.set()
        await go_on.wait()
        return value

    values = RememberedByServer(read, "none")
    first = asyncio.create_task(values.of(1))
    await reading.wait()
    stored[0] = "new"
    values.forget(1)
    go_on.set()
    assert await first == "old"
    assert await values.of(1) == "new"


async def test_values_are_read_once_and_only_so_many_are_kept() -> None:
    read: list[int] = []

    async def note(guild_id: int) -> int:
        read.append(guild_id)
        return guild_id

    values = RememberedByServer(note, 0)
    assert await values.of(None) == 0
    for guild_id in (*range(REMEMBERED), 5, REMEMBERED, 5, 0):
        assert await values.of(guild_id) == guild_id
    assert read == [*range(REMEMBERED + 1), 0]
    values.forget_all()
    await values.of(5)
    assert read[-1] == 5
