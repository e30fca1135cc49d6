"""What several commands need."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from tqdm import tqdm

from tempera.storage.errors import NoSuchDatabase
from tempera.storage.file.copying import Progress
from tempera.storage.url import database_url

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no other name


def existing_database(options: argparse.Namespace) -> Path:
    """Return the file of the database; raises NoSuchDatabase."""
    path: Path = options.path(options).resolve()
    if not path.exists():
        raise NoSuchDatabase(database_url(path), "there is no such file")
    return path


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show on a terminal how far a copy is."""
    with tqdm(unit=" pages", leave=False, disable=None) as bar:

        def show(copied: int, total: int) -> None:
            bar.total = total
            bar.update(copied - bar.n)

        yield show
