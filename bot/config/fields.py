"""The kinds of settings: strict sections, paths beside the file, a parameter's values."""

import re
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from tempera.models.sampling_params import SPECS
from tempera.storage.errors import DatabaseUnusable
from tempera.storage.url import DEFAULT_URL, database_path, database_url

HTTPS_URL = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]+)?(/[^\s<>]*)?")
MAX_URL_CHARACTERS = 200  # of a line in a message


def none_as_empty(section: object) -> object:
    """Return an empty section for None, which YAML gives if all keys of a section are commented out."""
    return {} if section is None else section


class StrictModel(BaseModel):
    """Frozen and strict: an unknown key, a wrong type or a value out of range is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _may_be_empty(cls, content: object) -> object:
        return none_as_empty(content)


def beside_file(path: Path, info: ValidationInfo) -> Path:
    """Return a path that is relative to the file of the settings."""
    return cast("Path", info.context).parent / path if info.context else path


def sqlite_file_beside(url: str, info: ValidationInfo) -> str:
    """Return a database's URL with an absolute path; raises ValueError."""
    try:
        return database_url(beside_file(database_path(url), info))
    except DatabaseUnusable as error:
        raise ValueError(f"{error.reason}; use one like {DEFAULT_URL}") from None


def https_url(url: str | None) -> str | None:
    """Return an address that Discord makes a link; raises ValueError."""
    if url is None or (len(url) <= MAX_URL_CHARACTERS and HTTPS_URL.fullmatch(url)):
        return url
    raise ValueError(f"isn't an https URL of at most {MAX_URL_CHARACTERS} characters; use one like https://example.org")


def param(name: str, default: float | None) -> Any:
    """Declare a setting with a sampling parameter's bounds."""
    spec = SPECS[name]
    return Field(default, ge=spec.lowest_offered, le=spec.highest_offered)


def limit(name: str) -> Any:
    """Declare a setting that limits a sampling parameter."""
    return param(name, SPECS[name].highest_offered)


Snowflakes = Annotated[tuple[Annotated[int, Field(ge=1, le=2**63 - 1)], ...], Field(strict=False)]
