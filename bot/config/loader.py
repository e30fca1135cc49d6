"""Read config.yaml into settings, completely or not at all; every error has its location and a hint."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from tempera.bot.config.problems import problem
from tempera.bot.config.retired_keys import without_retired
from tempera.bot.config.settings import Settings
from tempera.bot.exceptions import SettingsInvalid
from tempera.models.formats.strict_yaml import CONSTRUCTOR_FAULTS, UniqueKeyLoader


def load_settings(path: Path) -> Settings:
    """Read and validate a settings file; raises SettingsInvalid with all errors."""
    path = path.absolute()
    try:
        written = yaml.load(path.read_text(encoding="utf-8"), UniqueKeyLoader)  # noqa: S506 - a SafeLoader
        content, hints = without_retired(written)
        hints = tuple(f"{path.name} › {hint}" for hint in hints)
        return Settings.model_validate(_with_every_section(content), context=path).hinting(hints)
    except ValidationError as error:
        problems = (f"{path.name} › {problem(each, Settings.model_fields)}" for each in error.errors())
        raise SettingsInvalid(path, (*problems, *hints)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SettingsInvalid(path, (f"{path.name}{where}: {error.problem or error.context}",)) from None
    except (OSError, yaml.YAMLError, *CONSTRUCTOR_FAULTS) as error:
        raise SettingsInvalid(path, (f"{path} can't be read: {' '.join(str(error).split())}",)) from None


def _with_every_section(content: object) -> object:
    """Add the sections that are missing, so that their defaults are checked and placed like the rest."""
    if isinstance(content, dict | None):
        return {section: {} for section in Settings.model_fields} | (content or {})
    return content
