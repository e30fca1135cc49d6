"""The settings of config.yaml as frozen, strict sections; every fault is named with its place and cure."""

from collections.abc import Hashable
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.settings_faults import worded
from models.library import Library

DEFAULT_URL = "sqlite:///data/tempera.sqlite3"


class SettingsInvalid(Exception):
    """The settings file can't be used; `problems` holds one line per fault."""

    def __init__(self, path: Path, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.path = path
        self.problems = problems


class Section(BaseModel):
    """Frozen and strict: an unknown key, a wrong type or a value out of range is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True, allow_inf_nan=False)


def _beside_file(path: Path, info: ValidationInfo) -> Path:
    return cast("Path", info.context) / path if info.context else path


def _sqlite_file_beside(url: str, info: ValidationInfo) -> str:
    try:
        location = make_url(url)
    except ArgumentError:
        raise ValueError(f"is not a database URL; use one like {DEFAULT_URL}") from None
    if location.get_backend_name() != "sqlite" or location.database in (None, "", ":memory:"):
        raise ValueError(f"names no SQLite file; use one like {DEFAULT_URL}")
    path = _beside_file(Path(location.database), info)
    return location.set(database=str(path)).render_as_string()


class Models(Section):
    """Where the models are, and which one speaks when none is named."""

    folder: Annotated[Path, Field(strict=False), AfterValidator(_beside_file)] = Field(
        Path("models/checkpoints"), description="a folder"
    )
    default: str = Field("shakespeare", description="a model's name")

    @field_validator("default")
    @classmethod
    def _exists(cls, name: str, info: ValidationInfo) -> str:
        folder = info.data.get("folder")
        if folder and name not in (names := Library(folder).names()):
            cure = f"use {' or '.join(names)}" if names else "train one with: make train-shakespeare"
            raise ValueError(f"is no model in {folder}; {cure}")
        return name


class Generation(Section):
    """What a text is like when the user does not say, and how it is shown."""

    default_temperature: float = Field(0.8, ge=0, le=2)
    default_length: int = Field(400, ge=1, le=4000)  # characters
    max_length: int = Field(4000, ge=1, le=4000)  # characters
    whole_answer_seconds: float = Field(0.5, ge=0, le=10)
    edit_interval_seconds: float = Field(1.0, ge=0.2, le=60)
    pace_characters_per_second: float = Field(0, ge=0, le=10000)  # 0 = off

    @field_validator("max_length")
    @classmethod
    def _admits_the_default(cls, max_length: int, info: ValidationInfo) -> int:
        if max_length < (default_length := info.data.get("default_length", 1)):
            raise ValueError(f"is below default_length; use {default_length} to 4000")
        return max_length


class Queue(Section):
    """How many texts are taken on."""

    max_running: int = Field(64, ge=1, le=1024)
    max_waiting: int = Field(64, ge=0, le=10000)


class Storage(Section):
    """Where texts are kept."""

    url: Annotated[str, AfterValidator(_sqlite_file_beside)] = Field(DEFAULT_URL, description="a SQLite file's URL")


class Shutdown(Section):
    """How the bot stops."""

    deadline_seconds: float = Field(10, ge=0, le=600)


class Logging(Section):
    """How much is logged."""

    level: Literal["INFO", "WARNING", "ERROR"] = "INFO"


class Settings(Section):
    """Everything that an admin can set."""

    models: Models
    generation: Generation
    queue: Queue
    storage: Storage
    shutdown: Shutdown
    logging: Logging


def load_settings(path: Path) -> Settings:
    """Read and check a settings file; raises SettingsInvalid with every fault in it."""
    path = path.absolute()
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _UniqueKeyLoader)  # noqa: S506 - a SafeLoader
        return Settings.model_validate(_with_every_section(content), context=path.parent)
    except ValidationError as error:
        problems = (f"{path.name} › {worded(fault, Settings.model_fields)}" for fault in error.errors())
        raise SettingsInvalid(path, tuple(problems)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SettingsInvalid(path, (f"{path.name}{where}: {error.problem or error.context}",)) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsInvalid(path, (f"{path} can't be read: {' '.join(str(error).split())}",)) from None


def _with_every_section(content: object) -> object:
    """Add the sections that are missing, so that their defaults are checked and placed like the rest."""
    if isinstance(content, dict | None):
        return {section: {} for section in Settings.model_fields} | (content or {})
    return content


class _UniqueKeyLoader(yaml.SafeLoader):
    """Refuses a key that stands twice, of which YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)
