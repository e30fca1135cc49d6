"""`python -m storage backup`: a copy of the database, also while Tempera runs."""

import argparse
from pathlib import Path

from tempera.storage.cli.arguments import Commands, existing_database, progress_bar
from tempera.storage.errors import FileTaken
from tempera.storage.file.backups import backup_path
from tempera.storage.file.copying import copy_file


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("backup", help="copy the database, also while Tempera runs")
    parser.add_argument("to", type=Path, nargs="?", metavar="FILE", help="the copy (default: beside the database)")
    parser.set_defaults(run=_back_up)


def _back_up(options: argparse.Namespace) -> None:
    path = existing_database(options)
    target = options.to or backup_path(path)
    if target.exists():
        raise FileTaken(target)
    with progress_bar() as progress:
        copy_file(path, target, progress)
    print(f"Backed up {path} to {target}")
