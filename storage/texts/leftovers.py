"""Texts that the database refused until the bot stopped: a file of JSON lines, for the next start."""

import json
import logging
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

OWNER_ONLY = 0o600

log = logging.getLogger(__name__)


def leftovers_path(database: Path) -> Path:
    """Return the file's path, beside the database."""
    return database.with_name(f"{database.name}.unsaved.jsonl")


def write_leftovers(path: Path, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Make the file hold the changes of these generations and nothing else, durably."""
    aside = path.with_name(f"{path.name}.part")
    aside.unlink(missing_ok=True)
    try:
        _write(aside, changes)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _write(path: Path, changes: Mapping[int, Mapping[str, Any]]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w", encoding="utf-8") as file:
        for key, changed in changes.items():
            print(json.dumps({"id": key, **changed}, default=datetime.isoformat), file=file)
        file.flush()
        os.fsync(file.fileno())


def read_leftovers(path: Path) -> dict[int, dict[str, Any]]:
    """Return the changes in the file by generation; a line that isn't whole is left out."""
    found: dict[int, dict[str, Any]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return found
    for line in lines:
        try:
            changes = json.loads(line)
            found.setdefault(changes.pop("id"), {}).update(changes)
        except (ValueError, KeyError, AttributeError, TypeError):
            log.warning("A damaged line in %s is left out", path)
    for changes in found.values():
        if "finished_at" in changes:
            changes["finished_at"] = datetime.fromisoformat(changes["finished_at"])
    return found
