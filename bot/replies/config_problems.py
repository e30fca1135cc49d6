"""Words for what is wrong with a setting, and for what would be right."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

Fields = Mapping[str, FieldInfo]


def worded(fault: ErrorDetails, sections: Fields) -> str:
    """Return `section › key: fault; cure`; a value under an unknown key is never shown."""
    *path, key = map(str, _place(fault) or ("top level",))
    return f"{' › '.join((*path, key))}: {_fault_and_cure(fault, key, _fields(sections, path))}"


def _place(fault: ErrorDetails) -> tuple[int | str, ...]:
    """Return where a fault is; that of a list's entry is the list's."""
    *path, last = fault["loc"] or ("",)
    return tuple(path) if isinstance(last, int) and fault["type"] != "invalid_key" else fault["loc"]


def _fault_and_cure(fault: ErrorDetails, key: str, known: Fields) -> str:
    if fault["type"] in {"extra_forbidden", "invalid_key"}:
        return _unknown(key, known)
    if key not in known or _is_section(known[key]):
        return "is no section; put its keys, indented, below it"
    if fault["type"] == "value_error":  # raised by our own validators, which say the cure
        shown = "" if isinstance(fault["input"], dict) else f"{_shortened(fault['input'])} "
        return f"{shown}{fault['ctx']['error']}"
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
        return f"{bounds['ge']:.15g} to {bounds['le']:.15g}"
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    *others, last = choices or (field.description,)
    return f"{', '.join(others)} or {last}" if others else str(last)


def _fields(sections: Fields, path: Iterable[str]) -> Fields:
    for section in path:
        annotation = sections[section].annotation
        if get_origin(annotation) is Mapping:  # sections of any name, all of one kind
            kind = get_args(annotation)[1]
            sections = defaultdict(partial(FieldInfo, annotation=kind))
        else:
            sections = cast("type[BaseModel]", annotation).model_fields
    return sections


def _is_section(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)


def _shortened(value: object, limit: int = 40) -> str:
    try:
        text = repr(value)
    except ValueError:
        return "a number too long to show"
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
