"""All settings, as frozen, strict sections."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, ValidationInfo, field_validator

from tempera.bot.config.fields import (
    Snowflakes,
    StrictModel,
    beside_file,
    https_url,
    limit,
    none_as_empty,
    param,
    sqlite_file_beside,
)
from tempera.models.library import Library
from tempera.models.sampling_params import SPECS
from tempera.storage.url import DEFAULT_URL, database_url


class ModelOverrides(StrictModel):
    """The title, defaults and limits of one model."""

    title: str | None = Field(None, min_length=1, max_length=80, description="1 to 80 characters")
    temperature: float | None = param("temperature", None)
    length: int | None = param("length", None)  # characters
    max_temperature: float = limit("temperature")
    max_length: int = limit("length")  # characters


class Models(StrictModel):
    """Where the models are, the default model, and settings of single models."""

    folder: Annotated[Path, Field(strict=False), AfterValidator(beside_file)] = Field(
        Path("models/checkpoints"), description="a folder"
    )
    default: str = Field("shakespeare", description="a model's name")
    memory_mb: int = Field(512, ge=16, le=65536)  # for networks, not including the decoder itself
    threads: int = Field(1, ge=1, le=64)
    follow_language: bool = Field(True, description="true or false")
    overrides: Annotated[Mapping[str, ModelOverrides], BeforeValidator(none_as_empty)] = Field(
        {}, description="a section for each model"
    )

    @field_validator("default")
    @classmethod
    def _exists(cls, name: str, info: ValidationInfo) -> str:
        if problem := _unknown_model(name, info):
            raise ValueError(problem)
        return name

    @field_validator("overrides")
    @classmethod
    def _exist(cls, overrides: Mapping[str, ModelOverrides], info: ValidationInfo) -> Mapping[str, ModelOverrides]:
        if unknown := [f"{name!r} {problem}" for name in overrides if (problem := _unknown_model(name, info))]:
            raise ValueError("; ".join(unknown))
        return overrides

    def of(self, name: str) -> ModelOverrides:
        """Return the settings of one model."""
        return self.overrides.get(name, ModelOverrides())


def _unknown_model(name: str, info: ValidationInfo) -> str | None:
    """Return a message with the models that exist, or None if there is a model with this name."""
    folder = info.data.get("folder")
    if folder is None or name in (names := Library(folder).names()):
        return None
    hint = f"use {' or '.join(names)}" if names else "train one with: make train-shakespeare"
    return f"isn't a model in {folder}; {hint}"


class Generation(StrictModel):
    """Defaults and limits of texts, and how they are shown."""

    default_temperature: float | None = param("temperature", None)  # None: each model's own
    default_length: int = param("length", SPECS["length"].default)  # characters
    max_length: int = limit("length")  # characters
    default_finish: Literal[SPECS["finish"].choices] = "sentence"  # type: ignore[valid-type]  # mypy reads no tables
    answer_mentions: bool = Field(False, description="true or false")
    whole_answer_seconds: float = Field(0.5, ge=0, le=10)
    edit_interval_seconds: float = Field(1.0, ge=0.2, le=60)
    pace_characters_per_second: float = Field(0, ge=0, le=10000)  # 0 = off

    @field_validator("max_length")
    @classmethod
    def _admits_the_default(cls, max_length: int, info: ValidationInfo) -> int:
        if max_length < (default_length := info.data.get("default_length", 1)):
            highest = SPECS["length"].highest_offered
            raise ValueError(f"is below default_length; use {default_length} to {highest}")
        return max_length


class Queue(StrictModel):
    """How many texts are written at the same time, and how many can wait."""

    max_running: int = Field(64, ge=1, le=1024)
    max_waiting: int = Field(64, ge=0, le=10000)


class Fairness(StrictModel):
    """How much of the bot one person or one server can use."""

    cooldown_seconds: float = Field(2.0, ge=0, le=3600)
    max_running_per_user: int = Field(3, ge=1, le=1024)
    max_waiting_per_guild: int = Field(16, ge=0, le=10000)


class Presets(StrictModel):
    """How many presets are kept."""

    per_user: int = Field(50, ge=1, le=1000)
    per_guild: int = Field(50, ge=1, le=1000)


class Admin(StrictModel):
    """Who manages the bot, and where."""

    guild_ids: Snowflakes = Field((), description="server ids, as in [123, 456]")
    user_ids: Snowflakes = Field((), description="user ids, as in [123, 456]")


class Storage(StrictModel):
    """Where texts are stored and for how long, and how often they are backed up."""

    url: Annotated[str, AfterValidator(sqlite_file_beside)] = Field(DEFAULT_URL, description="a SQLite file's URL")
    removed_guild_grace_days: int = Field(30, ge=0, le=3650)
    backup_interval_hours: float = Field(24, ge=0, le=8760)  # 0 = none
    backups_kept: int = Field(3, ge=1, le=1000)
    keep_days: int = Field(0, ge=0, le=36500)  # 0 = for ever
    privacy_url: Annotated[str | None, AfterValidator(https_url)] = Field(None, description="an https URL")


class Monitoring(StrictModel):
    """Where GET /healthz and /metrics are answered."""

    host: str = Field("127.0.0.1", min_length=1, description="an address of this machine")
    port: int = Field(0, ge=0, le=65535)  # 0 = off


class Shutdown(StrictModel):
    """How the bot stops."""

    deadline_seconds: float = Field(4, ge=0, le=600)


class Logging(StrictModel):
    """How much is logged."""

    level: Literal["INFO", "WARNING", "ERROR"] = "INFO"


class Settings(StrictModel):
    """All settings."""

    models: Models
    generation: Generation
    queue: Queue
    fairness: Fairness
    presets: Presets
    admin: Admin
    storage: Storage
    monitoring: Monitoring
    shutdown: Shutdown
    logging: Logging
    _path: Path | None = PrivateAttr(None)
    _in_file: dict[str, Any] = PrivateAttr({})
    _replaced: dict[str, dict[str, Any]] = PrivateAttr({})
    _hints: tuple[str, ...] = PrivateAttr(())

    def model_post_init(self, context: Any, /) -> None:
        """Remember the file and its values, which `replacing` may override."""
        self._path, self._in_file = context, self.model_dump()

    @property
    def path(self) -> Path | None:
        """The file that the settings come from."""
        return self._path

    @property
    def hints(self) -> tuple[str, ...]:
        """A hint about each retired key in the file."""
        return self._hints

    def hinting(self, hints: Iterable[str]) -> "Settings":
        """Return the same settings with these hints."""
        settings = self.model_copy()
        settings._hints = tuple(hints)  # noqa: SLF001 - a copy of its own
        return settings

    @property
    def replaced(self) -> dict[str, dict[str, Any]]:
        """The values that override the file's, by section."""
        return self._replaced

    def replacing(self, **sections: dict[str, Any]) -> "Settings":
        """Return settings with other values, as in `storage={"url": ...}`; a reload keeps them, too."""
        parts = {name: getattr(self, name).model_copy(update=values) for name, values in sections.items()}
        settings = self.model_copy(update=parts)
        settings._replaced = {**self._replaced, **sections}  # noqa: SLF001 - a copy of its own
        return settings

    def with_database(self, path: Path) -> "Settings":
        """Return settings that store texts in another file."""
        return self.replacing(storage={"url": database_url(path)})

    @property
    def in_file(self) -> dict[str, Any]:
        """The values in the file."""
        return self._in_file
