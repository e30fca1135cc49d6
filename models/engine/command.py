"""How the decoder's process is started: command line, working directory and environment."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECRETS = {"DISCORD_TOKEN"}  # only for the bot


def decoder_command(*arguments: str, python: str = sys.executable) -> tuple[str, ...]:
    """Return the command that runs the decoder with these arguments."""
    return python, "-m", "tempera.models.decoder", *arguments


def decoder_environment() -> dict[str, str]:
    """Return this process's environment without its secrets."""
    return {name: value for name, value in os.environ.items() if name not in SECRETS}
