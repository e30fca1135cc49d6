"""`python -m storage check`: whether the database is intact and can be written, without changing it."""

import argparse

from tempera.storage.cli.arguments import Commands, existing_database
from tempera.storage.file.backups import backups_of
from tempera.storage.inspect import inspect_database
from tempera.storage.url import database_url

BYTES_PER_MB = 1_000_000


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("check", help="check all of the database, without changing it")
    parser.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> None:
    path = existing_database(options)
    found = inspect_database(database_url(path), seconds=None)
    print(f"database: {path}, {path.stat().st_size / BYTES_PER_MB:,.1f} MB")
    print(f"disk: {found.free_bytes / BYTES_PER_MB:,.0f} MB left")
    print(f"newest backup: {next(map(str, backups_of(path)), 'none; python -m storage backup makes one')}")
    print("The next start upgrades the database." if found.needs_upgrade else "Everything is OK.")
