"""config.yaml, its comments and the settings say the same."""

import re
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_origin

import pytest
import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tempera.bot.config.loader import load_settings
from tempera.bot.config.settings import ModelOverrides, Settings
from tempera.bot.exceptions import SettingsInvalid

CONFIG = Path(__file__).parent.parent / "config.yaml"
LINE = re.compile(r"^ +(?P<key>\w+): (?P<value>\S*) +# (?P<meaning>.+)\. Default (?P<default>\S+); (?P<range>.+)\.$")
VOICE = ("models", "overrides", "shakespeare")
Place = tuple[str, ...]
FIELDS: dict[Place, FieldInfo] = {
    (section, key): field
    for section, part in Settings.model_fields.items()
    for key, field in cast("type[BaseModel]", part.annotation).model_fields.items()
} | {(*VOICE, key): field for key, field in ModelOverrides.model_fields.items()}


def lines() -> dict[Place, re.Match[str]]:
    """Return the line of every key by the keys above it and its own."""
    found: dict[Place, re.Match[str]] = {}
    above: Place = ()
    for line in filter(lambda line: line and not line.startswith("#"), CONFIG.read_text(encoding="utf-8").splitlines()):
        depth = (len(line) - len(line.lstrip())) // 2
        above = (*above[:depth], line.split(":")[0].strip())
        if not re.fullmatch(r" *\w+:", line):
            match = LINE.match(line)
            assert match, f"no meaning, default and range: {line}"
            found[above] = match
    return found


def bounds(field: FieldInfo) -> dict[str, Any]:
    return {name: getattr(part, name) for part in field.metadata for name in ("ge", "le") if hasattr(part, name)}


def load(tmp_path: Path, place: Place, value: object) -> BaseModel:
    """Load the shipped file with another value and a model of its own; return what the value is in."""
    section, *_, key = place
    content = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    (tmp_path / "models" / "some").mkdir(parents=True, exist_ok=True)
    (tmp_path / "models" / "some" / "model.json").touch()
    content["models"] = {"folder": "models", "default": "some", "overrides": {"some": {}}}
    (content["models"]["overrides"]["some"] if place[:-1] == VOICE else content[section])[key] = value
    content["generation"]["default_length"] = value if key == "default_length" else 1
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    settings = load_settings(path)
    return settings.models.overrides["some"] if place[:-1] == VOICE else getattr(settings, section)


def test_every_key_stands_in_the_file_and_no_other() -> None:
    assert lines().keys() == FIELDS.keys()


@pytest.mark.parametrize("place", FIELDS, ids=".".join)
def test_value_comment_and_settings_agree_on_the_default(place: Place) -> None:
    match, default = lines()[place], FIELDS[place].default
    assert match["value"] == ("" if place == VOICE[:-1] else match["default"])
    said = yaml.safe_load(match["default"])
    assert (said if default is None else type(default)(said)) == default


@pytest.mark.parametrize("place", FIELDS, ids=".".join)
def test_comment_and_settings_agree_on_what_is_allowed(place: Place) -> None:
    field, said = FIELDS[place], lines()[place]["range"]
    if limits := bounds(field):
        assert said == f"{limits['ge']:g} to {limits['le']:g}"
    elif get_origin(field.annotation) is Literal:
        assert re.split(", | or ", said) == list(get_args(field.annotation))
    else:
        assert said == field.description


@pytest.mark.parametrize("place", [place for place, field in FIELDS.items() if bounds(field)], ids=".".join)
def test_the_bounds_hold(tmp_path: Path, place: Place) -> None:
    low, high = (float(bound) for bound in lines()[place]["range"].split(" to "))
    annotation = FIELDS[place].annotation
    whole = int in (annotation, *get_args(annotation))
    for bound in (low, high):
        assert getattr(load(tmp_path, place, int(bound) if whole else bound), place[-1]) == bound
    for beyond in (low - 1, high + 1):
        with pytest.raises(SettingsInvalid, match=rf"{place[-1]}: .+ is (below|above)"):
            load(tmp_path, place, int(beyond) if whole else beyond)


@pytest.mark.parametrize("url", ["https://example.org", "https://example.org:8443/a?b=c#d", None])
def test_a_privacy_page_has_an_https_url(tmp_path: Path, url: str | None) -> None:
    storage = load(tmp_path, ("storage", "privacy_url"), url)
    assert storage.model_dump()["privacy_url"] == url


@pytest.mark.parametrize(
    "url", ["http://example.org", "example.org", "https://x/a b", "https://x/>y", "https://x/" + "y" * 200, ""]
)
def test_another_address_is_no_privacy_page(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"privacy_url: .*isn't an https URL"):
        load(tmp_path, ("storage", "privacy_url"), url)
