"""How the decoder's process is started: its command line, where, and in which environment."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECRETS = {"DISCORD_TOKEN"}  # the bot's own


def decoder_command(*arguments: str, python: str = sys.executable) -> tuple[str, ...]:
    """Return what runs the decoder with these arguments."""
    return python, "-m", "tempera.models.decoder", *arguments


def decoder_environment() -> dict[str, str]:
    """Return this process's environment without its secrets."""
    return {name: value for name, value in os.environ.items() if name not in SECRETS}
