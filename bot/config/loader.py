"""Read config.yaml into settings, completely or not at all; every error has its location and a hint."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from tempera.bot.config.problems import problem, shortened, without_tokens
from tempera.bot.config.retired_keys import without_retired
from tempera.bot.config.settings import Settings
from tempera.bot.exceptions import SettingsInvalid
from tempera.models.errors import BadCheckpoint
from tempera.models.formats.checkpoint_files import open_regular
from tempera.models.formats.strict_yaml import CONSTRUCTOR_FAULTS, UniqueKeyLoader

MAX_BYTES = 100_000


class _Loader(UniqueKeyLoader):
    """A loader without aliases: a few lines of them stand for millions of values."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose a node; raises ComposerError for an alias."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases (*) are not supported; write the value out", mark)
        return super().compose_node(parent, index)


def load_settings(path: Path) -> Settings:
    """Read and validate a settings file; raises SettingsInvalid with all errors."""
    path = path.absolute()
    try:
        with open_regular(path, MAX_BYTES) as file:
            written = yaml.load(file.read().decode(), _Loader)  # noqa: S506 - a SafeLoader
        content, hints = without_retired(written)
        hints = tuple(f"{path.name} › {hint}" for hint in hints)
        return Settings.model_validate(_with_every_section(content), context=path).hinting(hints)
    except ValidationError as error:
        problems = (f"{path.name} › {without_tokens(problem(each, Settings.model_fields))}" for each in error.errors())
        raise SettingsInvalid(path, (*problems, *hints)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SettingsInvalid(path, (f"{path.name}{where}: {shortened(error.problem or error.context)}",)) from None
    except (BadCheckpoint, yaml.YAMLError, *CONSTRUCTOR_FAULTS) as error:
        reason = error.reason if isinstance(error, BadCheckpoint) else f"can't be read: {shortened(error)}"
        raise SettingsInvalid(path, (f"{path} {reason}",)) from None


def _with_every_section(content: object) -> object:
    """Add the sections that are missing, so that their defaults are checked and placed like the rest."""
    if isinstance(content, dict | None):
        return {section: {} for section in Settings.model_fields} | (content or {})
    return content
