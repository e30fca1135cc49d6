"""Messages about invalid settings: what is wrong, and what would be valid."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

MAX_SHOWN = 32  # characters of a value or a key
MAX_REASON = 200
TOKEN = re.compile(r"[\w-]{18,}\.[\w-]{4,}\.[\w-]{18,}")  # Discord's
# What may be a password or key: long with digits and letters of both cases, or before the @ in an address.
SECRET = re.compile(r"(?=\S*\d)(?=\S*[a-z])(?=\S*[A-Z])\S{16,}|://[^/\s]*@")
Fields = Mapping[str, FieldInfo]


def problem(error: ErrorDetails, sections: Fields) -> str:
    """Return `section › key: error; hint`; the value of an unknown key is never shown."""
    *path, key = map(str, _location(error) or ("top level",))
    return f"{' › '.join(map(_named, (*path, key)))}: {_error_and_hint(error, key, _fields(sections, path))}"


def _named(key: str) -> str:
    if len(key) > MAX_SHOWN or SECRET.search(key):
        return f"a key of {len(key):,} characters"
    return key if key.isprintable() else ascii(key)


def _location(error: ErrorDetails) -> tuple[int | str, ...]:
    """Return the location of an error; for an entry of a list, the location of the list."""
    *path, last = error["loc"] or ("",)
    return tuple(path) if isinstance(last, int) and error["type"] != "invalid_key" else error["loc"]


def _error_and_hint(error: ErrorDetails, key: str, known: Fields) -> str:
    if error["type"] in {"extra_forbidden", "invalid_key"}:
        return _unknown(key, known)
    if key not in known or _is_section(known[key]):
        return "isn't a section; put its keys below it, indented"
    if error["type"] == "value_error":  # raised by our own validators, which include a hint
        shown = "" if isinstance(error["input"], dict) else f"{_shown(error['input'])} "
        return f"{shown}{error['ctx']['error']}"
    return f"{_shown(error['input'])} {_error(error, known[key])}; use {allowed(known[key])}"


def _unknown(key: str, known: Fields) -> str:
    if "token" in key.lower():
        return "the token doesn't belong in this file; set the environment variable DISCORD_TOKEN instead"
    return f"unknown key; use {''.join(difflib.get_close_matches(key, known, 1)) or ', '.join(known)}"


def _error(error: ErrorDetails, field: FieldInfo) -> str:
    match error["type"]:
        case "greater_than_equal":
            return f"is below {error['ctx']['ge']:g}"
        case "less_than_equal":
            return f"is above {error['ctx']['le']:g}"
    kinds: dict[Any, str] = {int: "a whole number", float: "a number", str: "text", Path: "a path"}
    kinds |= {kind | None: kinds[kind] for kind in (int, float)}
    return f"is not {kinds.get(field.annotation, 'allowed')}"


def allowed(field: FieldInfo) -> str:
    """Return the values that a setting allows, as in `1 to 4000`."""
    bounds = {name: getattr(part, name) for part in field.metadata for name in ("ge", "le") if hasattr(part, name)}
    if bounds:
        return f"{bounds['ge']:.15g} to {bounds['le']:.15g}"
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    *others, last = choices or (field.description,)
    return f"{', '.join(others)} or {last}" if others else str(last)


def _fields(sections: Fields, path: Iterable[str]) -> Fields:
    for section in path:
        annotation = sections[section].annotation
        if get_origin(annotation) is Mapping:  # sections with any name, all of one type
            kind = get_args(annotation)[1]
            sections = defaultdict(partial(FieldInfo, annotation=kind))
        else:
            sections = cast("type[BaseModel]", annotation).model_fields
    return sections


def _is_section(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)


def without_tokens(line: str) -> str:
    """Hide whatever looks like a bot's token."""
    return TOKEN.sub("<token>", line)


def shortened(reason: object) -> str:
    """Return why a file can't be read, on one line that isn't long."""
    line = without_tokens(" ".join(str(reason).split()))
    return line if len(line) <= MAX_REASON else f"{line[:MAX_REASON]}…"


def _shown(value: object) -> str:
    """Return a value as far as a log may show it."""
    if isinstance(value, Mapping | list):
        return "a section" if isinstance(value, Mapping) else "a list"
    try:
        text = str(value)
    except ValueError:  # Python converts no very long numbers
        return "a number too long to show"
    may_be_secret = len(text) > MAX_SHOWN or SECRET.search(text)
    return f"a value of {len(text):,} characters" if may_be_secret else repr(value)
