"""GET /healthz and /metrics: off unless config.yaml says so, and honest."""

import asyncio
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tempera.sandbox.rest.faults import Fault
from tempera.sandbox.rest.paths import CALLBACK
from tempera.sandbox.server import Sandbox
from tests.bot.admin_play import says
from tests.bot.conftest import Room, RunBot, written
from tests.bot.processes import StartBot, online
from tests.fixtures_ports import free_port
from tests.patience import until


async def health(port: int) -> tuple[int, dict[str, str]]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as response:
        return response.status, (await response.json())["problems"]


async def metrics(port: int) -> dict[str, float]:
    """Return every value, by name and labels."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain")
        text = await response.text()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {" ".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}


async def becomes(port: int, *parts: str) -> dict[str, str]:
    """Wait until exactly these parts have a problem, and return what is said of them."""
    async with asyncio.timeout(60):
        while True:
            status, problems = await health(port)
            if sorted(problems) == sorted(parts):
                assert status == (503 if parts else 200)
                return problems
            await asyncio.sleep(0.1)


async def test_a_bot_that_can_answer_is_healthy_and_counts_what_it_does(run_bot: RunBot, sandbox: Sandbox) -> None:
    port = free_port()
    admin = {"guild_ids": (sandbox.guild.id,), "user_ids": (sandbox.alice.id,)}
    async with run_bot(monitoring={"port": port}, admin=admin) as bot:
        assert await health(port) == (200, {})
        await (await sandbox.invoke("generate", prompt="Oh, secret", length=20)).shows(written)
        sandbox.inject(f"POST {CALLBACK}", Fault(status=403, code=50001))
        await (await sandbox.invoke("settings")).answered()
        await until(lambda: not (bot.resources.texts.pending or bot.resources.engine.running))
        found = await metrics(port)
        assert found["tempera_texts_total done"] == 1
        assert found["tempera_text_seconds_count"] == found["tempera_first_response_seconds_count"] == 1
        assert found["tempera_faults_total Discord: refused"] == 1
        assert [found[f"tempera_up {part}"] for part in ("discord", "database", "decoder")] == [1, 1, 1]
        assert found["tempera_running_texts"] == found["tempera_waiting_texts"] == found["tempera_unsaved_texts"] == 0
        assert found["tempera_characters_per_second"] > 0
        assert found["tempera_servers"] == len(bot.guilds)
        assert not [name for name in found if "secret" in name or str(sandbox.alice.id) in name]
        status = await says(await sandbox.invoke("admin status"))
        assert "**Faults since the start** Discord: refused × 1" in status


async def test_what_goes_wrong_in_a_command_is_counted_by_its_kind(run_bot: RunBot, sandbox: Sandbox) -> None:
    async with run_bot() as bot:
        for statement in ("BEGIN EXCLUSIVE", "DROP TABLE usage"):
            with closing(sqlite3.connect(bot.resources.database.path, isolation_level=None)) as other:
                other.execute(statement)
                await (await sandbox.invoke("generate", prompt="Oh", length=5)).answered()
        await until(lambda: bot.resources.measures.faults == {"StorageBusy": 1, "unforeseen error": 1})


async def test_a_connection_that_is_lost_is_no_health(run_bot: RunBot, sandbox: Sandbox) -> None:
    port = free_port()
    async with run_bot(monitoring={"port": port}):
        sandbox.gateway.accepts = False
        await sandbox.gateway.close(4000)
        assert (await becomes(port, "discord"))["discord"] == "not connected"
        sandbox.gateway.accepts = True
        await becomes(port)


async def test_a_database_that_takes_nothing_is_no_health(run_bot: RunBot, sandbox: Sandbox) -> None:
    port = free_port()
    async with run_bot(monitoring={"port": port}) as bot:
        room = Room(sandbox, bot)
        with room.decoder_asleep():
            exchange = await room.play(prompt="Oh", length=5)
            await exchange.acknowledged()
            other = sqlite3.connect(bot.resources.database.path, isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
        with closing(other):
            await exchange.shows(written)
            assert "locked" in (await becomes(port, "database"))["database"]
            other.execute("ROLLBACK")
        await becomes(port)


async def test_a_decoder_that_hangs_is_no_health_until_it_is_replaced(run_bot: RunBot, sandbox: Sandbox) -> None:
    port = free_port()
    async with run_bot(monitoring={"port": port}) as bot:
        with Room(sandbox, bot).decoder_asleep():
            await becomes(port, "decoder")
            await becomes(port)
        assert (await metrics(port))["tempera_decoder_restarts_total"] == 1


def listening_sockets(pid: int) -> set[str]:
    """Return the process's own sockets that listen (proc(5))."""
    tables = Path(f"/proc/{pid}/net/tcp").read_text(encoding="utf-8").splitlines()[1:]
    listening = {f"socket:[{line.split()[9]}]" for line in tables if line.split()[3] == "0A"}
    return listening & {str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()}


async def test_nothing_listens_unless_the_settings_say_so(start_bot: StartBot, sandbox: Sandbox) -> None:
    async with start_bot() as bot:
        await online(sandbox)
        assert not listening_sockets(bot.process.pid)
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ends() == 0


async def test_an_address_that_is_taken_is_said_with_its_remedy(
    start_bot: StartBot, sandbox: Sandbox, config: Path
) -> None:
    port = int(sandbox.api_url.split(":")[2].split("/")[0])
    with config.open("a", encoding="utf-8") as file:
        file.write(f"monitoring: {{port: {port}}}\n")
    async with start_bot() as bot:
        assert await bot.ends() == 2
    reason, remedy = bot.output().splitlines()[-2:]
    assert f"127.0.0.1, port {port}: Address already in use" in reason
    assert remedy == "Set another address under monitoring in config.yaml, or port: 0 to do without."


@pytest.mark.parametrize("name", ["generate", "preset use"])
async def test_choices_that_come_too_late_are_not_worth_a_line(
    run_bot: RunBot, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    option = "preset" if name == "generate" else "name"
    async with run_bot():
        sandbox.inject(f"POST {CALLBACK}", Fault(status=404, code=10062))
        with pytest.raises(Exception, match="in time"):
            await sandbox.autocomplete(name, option, "c", prompt="Oh") if option == "preset" else (
                await sandbox.autocomplete(name, option, "c")
            )
        await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)
    assert not [record for record in caplog.records if record.name.startswith("discord")]


async def test_what_the_library_reports_of_foreseen_failures_is_one_line(
    run_bot: RunBot, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_bot():
        sandbox.inject(f"POST {CALLBACK}", Fault(status=403, code=50001, html="<html>"))
        with pytest.raises(Exception, match="in time"):
            await sandbox.autocomplete("generate", "preset", "c", prompt="Oh")
        sandbox.gateway.accepts = False
        await sandbox.gateway.close(4000)
        await until(lambda: "Attempting a reconnect" in caplog.text)
        sandbox.gateway.accepts = True
        await until(lambda: sandbox.gateway.connected)
    assert "status 403" in caplog.text
    assert "<html>" not in caplog.text
    assert not [record for record in caplog.records if record.exc_info]
    assert all("\n" not in record.getMessage() for record in caplog.records)
