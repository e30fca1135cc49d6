"""Names of files as text that every file and font can hold: a byte that isn't UTF-8 is stored as \\xNN."""

import os
import re
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

UNREAD = re.compile("[\udc80-\udcff]")  # how Python stands in for bytes that the locale's encoding doesn't have
STORED_BYTE = re.compile(rb"\\x([89a-f][0-9a-f])")


def stored_name(name: str) -> str:
    """Return a name or path as text."""
    return os.fsencode(name).decode("utf-8", "backslashreplace") if UNREAD.search(name) else name


def shown_name(name: str) -> str:
    """Return a name for people to read, with a mark for each byte that isn't UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace") if UNREAD.search(name) else name


def stored_path(folder: Path, name: str) -> Path:
    """Return the file of a stored name, which is relative to a folder or absolute."""
    as_it_is = folder / os.fsdecode(name.encode())
    unescaped = STORED_BYTE.sub(lambda found: bytes.fromhex(found[1].decode()), name.encode())
    return as_it_is if as_it_is.exists() else folder / os.fsdecode(unescaped)


StoredName = Annotated[str, BeforeValidator(lambda name: stored_name(name) if isinstance(name, str) else name)]
