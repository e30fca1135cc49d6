"""`python -m storage export`: every row of every table as a line of JSON."""

import argparse
import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TextIO

from tqdm import tqdm

from tempera.storage.cli.arguments import Commands, existing_database
from tempera.storage.errors import FileTaken
from tempera.storage.failures import opening, translated
from tempera.storage.file.integrity import read_only
from tempera.storage.file.private import FILE_MODE
from tempera.storage.file.word_index import INDEX


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("export", help="write every row as a line of JSON")
    parser.add_argument("to", type=Path, nargs="?", metavar="FILE", help="a new file (default: standard output)")
    parser.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> None:
    path = existing_database(options)
    if options.to is None:
        _write(path, sys.stdout)
        return
    try:
        handle = os.open(options.to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    except FileExistsError:
        raise FileTaken(options.to) from None
    with opening(options.to), os.fdopen(handle, "w", encoding="utf-8") as file:
        _write(path, file)


def _write(path: Path, file: TextIO) -> None:
    with translated(), closing(read_only(path)) as connection:
        for row in tqdm(rows(connection), unit=" rows", leave=False, disable=None):
            print(json.dumps(row), file=file)


def rows(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """Yield each row by column, with the name of its table, all of one moment; values are as SQLite stores them."""
    connection.execute("BEGIN")
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    for table in (name for (name,) in tables.fetchall() if not name.startswith(INDEX)):
        found = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the schema
        columns = [column[0] for column in found.description]
        yield from ({"table": table, **dict(zip(columns, row, strict=True))} for row in found)
