"""Where the value of a setting comes from."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Say where a value can come from, the strongest first; LIMIT is a default that a model's limit cut."""

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
    """A source, and the name of that preset, channel or model."""

    source: Source
    name: str = ""
