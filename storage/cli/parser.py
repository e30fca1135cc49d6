"""The parser of all commands, and which database they are about."""

import argparse
from pathlib import Path

import yaml

from tempera.storage.cli import backup, check, export, restore
from tempera.storage.errors import NoSuchDatabase
from tempera.storage.url import DEFAULT_URL, database_path

CONFIG = Path(__file__).parents[2] / "config.yaml"
COMMANDS = (backup, restore, check, export)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser; parsed arguments have a function `run`, which takes them."""
    parser = argparse.ArgumentParser(
        prog="python -m storage", description="Back up, restore, check and export Tempera's database."
    )
    parser.add_argument("--config", type=Path, default=CONFIG, help="settings that name it (default: %(default)s)")
    parser.add_argument("--database", type=Path, metavar="FILE", help="the database itself, instead of --config")
    parser.set_defaults(path=_path)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_command(commands)
    return parser


def _path(options: argparse.Namespace) -> Path:
    """Return the database's file; raises DatabaseUnusable."""
    return (options.database or _configured(options.config)).absolute()


def _configured(config: Path) -> Path:
    """Return the file that storage › url names; a relative one starts at the settings file."""
    try:
        settings = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
        url = (settings.get("storage") or {}).get("url", DEFAULT_URL)
    except (OSError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise NoSuchDatabase(str(config), f"can't be read: {' '.join(str(error).split())}") from None
    return config.parent / database_path(str(url))
