"""config.yaml, its comments and the settings say the same."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.settings import Settings, SettingsInvalid, load_settings

CONFIG = Path(__file__).parent.parent / "config.yaml"
LINE = re.compile(r"^  (?P<key>\w+): (?P<value>\S+) +# (?P<meaning>.+)\. Default (?P<default>\S+); (?P<range>.+)\.$")
FIELDS = {
    (section, key): field
    for section, part in Settings.model_fields.items()
    for key, field in part.annotation.model_fields.items()
}


def lines() -> dict[tuple[str, str], re.Match[str]]:
    """Return the line of every key by section and key."""
    found, section = {}, ""
    for line in CONFIG.read_text(encoding="utf-8").splitlines():
        if re.fullmatch(r"\w+:", line):
            section = line[:-1]
        elif line.startswith(" "):
            match = LINE.match(line)
            assert match, f"no meaning, default and range: {line}"
            found[section, match["key"]] = match
    return found


def bounds(field: FieldInfo) -> dict[str, Any]:
    return {name: getattr(part, name) for part in field.metadata for name in ("ge", "le") if hasattr(part, name)}


def load(tmp_path: Path, section: str, key: str, value: object) -> BaseModel:
    """Load the shipped file with another value; `models` is not what is looked at."""
    content = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    content[section][key] = value
    (tmp_path / "models" / "some").mkdir(parents=True, exist_ok=True)
    (tmp_path / "models" / "some" / "model.json").touch()
    content["models"] = {"folder": "models", "default": "some"}
    content["generation"]["default_length"] = value if key == "default_length" else 1
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return getattr(load_settings(path), section)


def test_every_key_stands_in_the_file_and_no_other() -> None:
    assert lines().keys() == FIELDS.keys()


@pytest.mark.parametrize(("section", "key"), FIELDS)
def test_value_comment_and_settings_agree_on_the_default(section: str, key: str) -> None:
    match, default = lines()[section, key], FIELDS[section, key].default
    assert match["value"] == match["default"]
    assert type(default)(yaml.safe_load(match["default"])) == default


@pytest.mark.parametrize(("section", "key"), FIELDS)
def test_comment_and_settings_agree_on_what_is_allowed(section: str, key: str) -> None:
    field, said = FIELDS[section, key], lines()[section, key]["range"]
    if limits := bounds(field):
        assert said == f"{limits['ge']:g} to {limits['le']:g}"
    elif choices := get_args(field.annotation):
        assert re.split(", | or ", said) == list(choices)
    else:
        assert said == field.description


@pytest.mark.parametrize(("section", "key"), [place for place, field in FIELDS.items() if bounds(field)])
def test_the_bounds_hold(tmp_path: Path, section: str, key: str) -> None:
    low, high = (float(bound) for bound in lines()[section, key]["range"].split(" to "))
    whole = FIELDS[section, key].annotation is int
    for bound in (low, high):
        assert getattr(load(tmp_path, section, key, int(bound) if whole else bound), key) == bound
    for beyond in (low - 1, high + 1):
        with pytest.raises(SettingsInvalid, match=rf"{key}: .+ is (below|above)"):
            load(tmp_path, section, key, int(beyond) if whole else beyond)
