from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from tempera.bot.config.loader import load_settings
from tempera.bot.config.settings import ModelOverrides, Queue, Settings
from tempera.bot.exceptions import SettingsInvalid

Problems = Callable[..., list[str]]
USE_ONE = "use one like sqlite:///data/tempera.sqlite3"


@pytest.fixture
def problems(tmp_path: Path, checkpoints: Path) -> Problems:
    def load(text: str, default: str = "tiny") -> list[str]:
        path = tmp_path / "config.yaml"
        models = f"models:\n  folder: {checkpoints}\n  default: {default}\n"
        path.write_text(models + text, encoding="utf-8")
        with pytest.raises(SettingsInvalid) as caught:
            load_settings(path)
        assert caught.value.path == path
        return list(caught.value.problems)

    return load


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "generation:\n  default_length: 0",
            "config.yaml › generation › default_length: 0 is below 1; use 1 to 4000",
        ),
        (
            "generation:\n  max_length: 4001",
            "config.yaml › generation › max_length: 4001 is above 4000; use 1 to 4000",
        ),
        (
            "generation:\n  max_length: 300",
            "config.yaml › generation › max_length: 300 is below default_length; use 400 to 4000",
        ),
        (
            "generation:\n  default_temperature: warm",
            "config.yaml › generation › default_temperature: 'warm' is not a number; use 0 to 2",
        ),
        (
            "generation:\n  default_temperature: .nan",
            "config.yaml › generation › default_temperature: nan is not a number; use 0 to 2",
        ),
        (
            "generation:\n  default_length: 3.5",
            "config.yaml › generation › default_length: 3.5 is not a whole number; use 1 to 4000",
        ),
        (
            "generation:\n  default_length: true",
            "config.yaml › generation › default_length: True is not a whole number; use 1 to 4000",
        ),
        (
            "generation:\n  default_length: '400'",
            "config.yaml › generation › default_length: '400' is not a whole number; use 1 to 4000",
        ),
        (
            "generation:\n  defaultlength: 3",
            "config.yaml › generation › defaultlength: unknown key; use default_length",
        ),
        ("shutdown:\n  zzz: 3", "config.yaml › shutdown › zzz: unknown key; use deadline_seconds"),
        (
            "logging:\n  level: loud",
            "config.yaml › logging › level: 'loud' is not allowed; use INFO, WARNING or ERROR",
        ),
        ("queue: 5", "config.yaml › queue: isn't a section; put its keys below it, indented"),
        (
            f"queue:\n  max_running: 0x{'f' * 5000}",
            "config.yaml › queue › max_running: a number too long to show is above 1024; use 1 to 1024",
        ),
        ("quue:\n  max_running: 1", "config.yaml › quue: unknown key; use queue"),
        ("7: 5", f"config.yaml › 7: unknown key; use {', '.join(Settings.model_fields)}"),
        (
            "  overrides:\n    tiny:\n      max_length: 0",
            "config.yaml › models › overrides › tiny › max_length: 0 is below 1; use 1 to 4000",
        ),
        (
            "  overrides:\n    tiny:\n      titel: Tiny",
            "config.yaml › models › overrides › tiny › titel: unknown key; use title",
        ),
        (
            "  overrides:\n    tiny:\n      title: ''",
            "config.yaml › models › overrides › tiny › title: '' is not allowed; use 1 to 80 characters",
        ),
        (
            "  overrides:\n    tiny: 5",
            "config.yaml › models › overrides › tiny: isn't a section; put its keys below it, indented",
        ),
        ("  overrides: 5", "config.yaml › models › overrides: 5 is not allowed; use a section for each model"),
        (
            "admin:\n  user_ids: 5",
            "config.yaml › admin › user_ids: 5 is not allowed; use user ids, as in [123, 456]",
        ),
        (
            "admin:\n  guild_ids: [1, '2']",
            "config.yaml › admin › guild_ids: '2' is not allowed; use server ids, as in [123, 456]",
        ),
        (
            "storage:\n  url: postgresql://somewhere/db",
            f"config.yaml › storage › url: 'postgresql://somewhere/db' names no SQLite file; {USE_ONE}",
        ),
        (
            "storage:\n  url: sqlite://",
            f"config.yaml › storage › url: 'sqlite://' names no SQLite file; {USE_ONE}",
        ),
        (
            "storage:\n  url: data/x.sqlite3",
            f"config.yaml › storage › url: 'data/x.sqlite3' is not a database URL; {USE_ONE}",
        ),
    ],
)
def test_an_error_is_one_line_with_file_key_value_and_remedy(problems: Problems, text: str, problem: str) -> None:
    assert problems(text) == [problem]


def test_a_missing_model_is_named_with_those_that_exist(problems: Problems, checkpoints: Path) -> None:
    assert problems("", default="shakespear") == [
        f"config.yaml › models › default: 'shakespear' isn't a model in {checkpoints}; use other or tiny"
    ]


def test_overrides_of_a_missing_model_are_named_with_those_that_exist(problems: Problems, checkpoints: Path) -> None:
    assert problems("  overrides:\n    nobody:\n      title: Nobody") == [
        f"config.yaml › models › overrides: 'nobody' isn't a model in {checkpoints}; use other or tiny"
    ]


def test_a_folder_without_models_says_how_to_get_one(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=r"isn't a model in .*; train one with: make train-shakespeare"):
        load_settings(path)


def test_all_errors_are_listed_at_once(problems: Problems) -> None:
    listed = problems("generation:\n  default_length: 0\n  max_length: x\nlogging:\n  level: x\nextra: 1")
    assert [line.split(": ")[0] for line in listed] == [
        "config.yaml › generation › default_length",
        "config.yaml › generation › max_length",
        "config.yaml › logging › level",
        "config.yaml › extra",
    ]


@pytest.mark.parametrize("text", ["discord_token: s3cret", "discord:\n  token: s3cret", "logging:\n  Token: s3cret"])
def test_a_token_in_the_file_is_refused_and_not_shown(problems: Problems, text: str) -> None:
    listed = "\n".join(problems(text))
    assert "s3cret" not in listed
    assert "unknown key" in listed or "DISCORD_TOKEN" in listed


def test_a_token_key_is_told_where_it_belongs(problems: Problems) -> None:
    assert "environment variable DISCORD_TOKEN" in problems("discord_token: s3cret")[0]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite://data/x.sqlite3", "says more than a file"),
        ("sqlite://somewhere:1/x.sqlite3", "says more than a file"),
        ("sqlite://me:secret@/x.sqlite3", "says more than a file"),
        ("sqlite:///x.sqlite3?mode=ro", "says more than a file"),
        ("sqlite+pysqlcipher:///x.sqlite3", "names a driver that doesn't exist, pysqlcipher"),
        ("sqlite+nothing:///x.sqlite3", "names a driver that doesn't exist, nothing"),
        ("sqlite:///x\\0y.sqlite3", "names a file with a NUL in it"),
        ("sqlite://somewhere:port/x.sqlite3", "is not a database URL"),
    ],
)
def test_a_url_that_says_anything_but_a_sqlite_file_is_refused(problems: Problems, url: str, reason: str) -> None:
    (problem,) = problems(f'storage:\n  url: "{url}"')
    assert reason in problem
    assert problem.endswith(USE_ONE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "generation:\nqueue:\n",
        "  overrides:\n",
        "  overrides:\n    tiny:\n",
    ],
)
def test_a_section_without_keys_has_its_defaults(
    config: Path, settings: Settings, checkpoints: Path, text: str
) -> None:
    config.write_text(f"models:\n  folder: {checkpoints}\n  default: tiny\n{text}", encoding="utf-8")
    assert load_settings(config).queue == settings.queue
    assert load_settings(config).models.overrides.get("tiny", ModelOverrides()) == ModelOverrides()


def test_a_number_too_long_for_python_is_said(tmp_path: Path) -> None:
    (tmp_path / "long.yaml").write_text(f"queue:\n  max_running: {'9' * 5000}", encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=r"long\.yaml can't be read"):
        load_settings(tmp_path / "long.yaml")


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("queue:\n  max_running: 1\n  max_running: 2", "line 6, column 3: max_running is given twice"),
        ("queue: [1", "line "),
        ("queue:\n\tmax_running: 1", "line 5, column 1: found character"),
        ("queue: *nothing", "line 4, column 8: aliases (*)"),
        ("queue: !!python/object:os.system {}", "line 4, column 8: could not determine a constructor"),
    ],
)
def test_an_error_of_yaml_names_line_and_column(problems: Problems, text: str, position: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith(f"config.yaml, {position}")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"nowhere\.yaml can't be read"):
        load_settings(tmp_path / "nowhere.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00x")
    with pytest.raises(SettingsInvalid, match=r"binary\.yaml can't be read"):
        load_settings(tmp_path / "binary.yaml")


def test_relative_paths_start_at_the_file(settings: Settings, tmp_path: Path, checkpoints: Path) -> None:
    assert settings.storage.url == f"sqlite:///{tmp_path}/data/tempera.sqlite3"
    inner = checkpoints.parent / "config.yaml"
    inner.write_text(f"models:\n  folder: {checkpoints.name}\n  default: tiny\n", encoding="utf-8")
    assert load_settings(inner).models.folder == checkpoints


def test_settings_remember_what_their_file_says(settings: Settings, config: Path) -> None:
    copied = settings.model_copy(update={"queue": Queue(max_running=3)})
    assert copied.path == config
    assert copied.in_file["queue"]["max_running"] == 64


def test_settings_cannot_be_changed(settings: Settings) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        settings.queue.max_running = 3  # type: ignore[misc]  # mypy refuses it, too
