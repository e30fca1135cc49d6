"""Run the bot: arguments, settings, run, exit code."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tempera.bot.app import serve
from tempera.bot.config.environment import check_system, discord_server, discord_token
from tempera.bot.config.loader import load_settings
from tempera.bot.process.check import check
from tempera.bot.process.event_loop import loop_factory
from tempera.bot.process.logs import start_logging
from tempera.bot.replies.errors.startup import START_ERRORS, reasons
from tempera.models.memory import share_freed

CONFIG = Path(__file__).parent.parent / "config.yaml"
CANNOT_START = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run or check the bot; return 0, or 2 after printing what to do."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Tempera, a Discord bot that writes")
    parser.add_argument("--config", type=Path, default=CONFIG, help="path of the settings file (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="check settings, models, decoder and database, then exit")
    options = parser.parse_args(arguments)
    try:
        check_system(sys.platform)
        if options.check:
            print(_showable(check(options.config), sys.stdout.encoding or "utf-8"))
        else:
            run(options.config)
    except START_ERRORS as error:
        print(*reasons(error), sep="\n", file=sys.stderr)
        return CANNOT_START
    return 0


def _showable(text: str, encoding: str) -> str:
    """Escape what a console can't show."""
    return text.encode(encoding, "backslashreplace").decode(encoding)


def run(config: Path, event_loop: Callable[[], asyncio.AbstractEventLoop] | None = None) -> None:
    """Run the bot until it is stopped, on the fastest event loop unless another one is given."""
    settings = load_settings(config)
    token, server = discord_token(os.environ), discord_server(os.environ)
    start_logging(settings.logging.level, token)
    share_freed()  # 2 MiB less
    with asyncio.Runner(loop_factory=event_loop or loop_factory()) as runner:
        runner.run(serve(settings, token, server))


if __name__ == "__main__":
    sys.exit(main())
