"""Words for what is wrong with a setting, and for what would be right."""

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

Fields = Mapping[str, FieldInfo]


def worded(fault: ErrorDetails, sections: Fields) -> str:
    """Return `section › key: fault; cure`; a value under an unknown key is never shown."""
    *path, key = map(str, fault["loc"] or ("top level",))
    return f"{' › '.join((*path, key))}: {_fault_and_cure(fault, key, _fields(sections, path))}"


def _fault_and_cure(fault: ErrorDetails, key: str, known: Fields) -> str:
    if fault["type"] in {"extra_forbidden", "invalid_key"}:
        return _unknown(key, known)
    if key not in known or _is_section(known[key]):
        return "is no section; put its keys, indented, below it"
    if fault["type"] == "value_error":  # raised by our own validators, which say the cure
        return f"{_shortened(fault['input'])} {fault['ctx']['error']}"
    return f"{_shortened(fault['input'])} {_fault(fault, known[key])}; use {allowed(known[key])}"


def _unknown(key: str, known: Fields) -> str:
    if "token" in key.lower():
        return "the token never stands in this file; put it into the environment variable DISCORD_TOKEN"
    return f"unknown key; use {''.join(difflib.get_close_matches(key, known, 1)) or ', '.join(known)}"


def _fault(fault: ErrorDetails, field: FieldInfo) -> str:
    match fault["type"]:
        case "greater_than_equal":
            return f"is below {fault['ctx']['ge']:g}"
        case "less_than_equal":
            return f"is above {fault['ctx']['le']:g}"
    kinds: dict[Any, str] = {int: "a whole number", float: "a number", str: "a text", Path: "a path"}
    return f"is not {kinds.get(field.annotation, 'allowed')}"


def allowed(field: FieldInfo) -> str:
    """Say which values a setting takes, as in `1 to 4000`."""
    bounds = {name: getattr(part, name) for part in field.metadata for name in ("ge", "le") if hasattr(part, name)}
    if bounds:
        return f"{bounds['ge']:g} to {bounds['le']:g}"
    *others, last = get_args(field.annotation) or (field.description,)
    return f"{', '.join(others)} or {last}" if others else str(last)


def _fields(sections: Fields, path: Iterable[str]) -> Fields:
    for section in path:
        sections = cast("type[BaseModel]", sections[section].annotation).model_fields
    return sections


def _is_section(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)


def _shortened(value: object, limit: int = 40) -> str:
    text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
