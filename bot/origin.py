"""Where the value of a setting comes from."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where a value can come from, in order of precedence; LIMIT is a default that was reduced to a model's limit."""

    OPTION = "option"
    PRESET = "preset"
    THREAD = "thread"
    CHANNEL = "channel"
    CATEGORY = "category"
    SERVER = "server"
    MODEL = "model"
    DEFAULT = "default"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Origin:
    """A source, and the name of the preset, channel or model."""

    source: Source
    name: str = ""
