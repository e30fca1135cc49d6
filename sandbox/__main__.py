"""Runs the bot against the sandbox: command line, settings, exit code."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import SecretStr

from tempera.bot.app import running_bot
from tempera.bot.config.environment import DiscordServer, check_system
from tempera.bot.config.loader import load_settings
from tempera.bot.config.settings import Settings
from tempera.bot.process.event_loop import loop_factory
from tempera.bot.process.logs import start_logging
from tempera.bot.replies.errors.startup import START_ERRORS, reasons
from tempera.sandbox.lab.lab import Lab
from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.sandbox.state.errors import PortUnavailable

CONFIG = Path(__file__).parent.parent / "config.yaml"
CANNOT_START = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; return 0, or 2 after printing how to fix the problem."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="Try Tempera without Discord: a local stand-in with a web page"
    )
    parser.add_argument(
        "--port", type=int, default=8080, help="port of the web page on 127.0.0.1 (default: %(default)s)"
    )
    parser.add_argument("--config", type=Path, default=CONFIG, help="settings file (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        check_system(sys.platform)
        settings = with_own_database(load_settings(options.config), options.config)
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(serve(settings, options.port))
    except PortUnavailable as error:
        print(f"{error}. Choose another port: make run PORT=8090", file=sys.stderr)
        return CANNOT_START
    except START_ERRORS as error:
        print(*reasons(error), sep="\n", file=sys.stderr)
        return CANNOT_START
    return 0


def with_own_database(settings: Settings, config: Path) -> Settings:
    """Use a separate database, so that the sandbox's data stays apart from Discord's."""
    file = config.absolute().parent / "data" / "sandbox.sqlite3"
    return settings.with_database(file)


def with_alice_as_admin(settings: Settings, sandbox: Sandbox) -> Settings:
    """Let /admin be tried by Alice in her server."""
    return settings.replacing(admin={"guild_ids": (sandbox.guild.id,), "user_ids": (sandbox.alice.id,)})


async def serve(settings: Settings, port: int) -> None:
    """Run the sandbox and the bot until SIGTERM or Ctrl-C."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine always runs in a task
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        lab = Lab()
        async with running_sandbox(port, beside=lab.routes()) as sandbox:
            token, server = SecretStr(sandbox.token), DiscordServer(sandbox.api_url, sandbox.gateway_url)
            start_logging(settings.logging.level, token)
            async with running_bot(with_alice_as_admin(settings, sandbox), token, server) as client:
                lab.open(client.resources.engine, client.resources.library)
                print(f"Tempera is ready: {sandbox.url}", flush=True)
                await client.until_disconnected()


if __name__ == "__main__":
    sys.exit(main())
