"""A settings file of an earlier version: its retired keys give hints, and the bot starts all the same."""

from pathlib import Path

import pytest

from tempera.bot.config.fields import StrictModel
from tempera.bot.config.loader import load_settings
from tempera.bot.config.retired_keys import RETIRED
from tempera.bot.config.settings import Settings
from tempera.bot.exceptions import SettingsInvalid
from tempera.sandbox.server import Sandbox
from tests.bot.conftest import written
from tests.bot.processes import StartBot, online, replace_in

HINT = "config.yaml › models › arithmetic: this key has no effect any more; delete it"
RENAMED = "config.yaml › models › voices: this key is now called overrides; rename it"


@pytest.fixture
def old_config(config: Path) -> Path:
    replace_in(config, "  default: tiny", "  default: tiny\n  arithmetic: bf16")
    return config


@pytest.mark.parametrize("value", ["int8", "bf16", "fp32", "nonsense", "7", "", "[1]", "{a: 1}"])
def test_a_retired_key_is_taken_with_a_hint_whatever_it_says(config: Path, settings: Settings, value: str) -> None:
    replace_in(config, "  default: tiny", f"  default: tiny\n  arithmetic: {value}")
    loaded = load_settings(config)
    assert loaded.hints == (HINT,)
    assert loaded.models == settings.models
    assert loaded.in_file == settings.in_file


def test_a_renamed_key_works_as_before_with_a_hint(config: Path) -> None:
    replace_in(config, "  default: tiny", "  default: tiny\n  voices:\n    tiny:\n      max_length: 50")
    loaded = load_settings(config)
    assert loaded.models.of("tiny").max_length == 50
    assert loaded.hints == (RENAMED,)


def test_a_renamed_key_gives_way_to_its_new_name(config: Path) -> None:
    both = "  default: tiny\n  voices: {tiny: {max_length: 50}}\n  overrides: {tiny: {max_length: 60}}"
    replace_in(config, "  default: tiny", both)
    loaded = load_settings(config)
    assert loaded.models.of("tiny").max_length == 60
    both_set = (
        "config.yaml › models › voices: this key has no effect, since its new name overrides is set, too; delete it"
    )
    assert loaded.hints == (both_set,)


def test_a_renamed_key_counts_beside_an_empty_one_of_the_new_name(config: Path) -> None:
    both = "  default: tiny\n  voices: {tiny: {max_length: 50}}\n  overrides:"
    replace_in(config, "  default: tiny", both)
    assert load_settings(config).models.of("tiny").max_length == 50


def test_an_error_under_a_renamed_key_comes_with_the_hint(config: Path) -> None:
    replace_in(config, "  default: tiny", "  default: tiny\n  voices:\n    tiny:\n      max_length: 0")
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(config)
    wrong = "config.yaml › models › overrides › tiny › max_length: 0 is below 1; use 1 to 4000"
    assert refused.value.problems == (wrong, RENAMED)


def test_a_file_of_today_has_no_hints(settings: Settings) -> None:
    assert settings.hints == ()


def test_hints_stay_when_values_are_put_over_those_of_the_file(old_config: Path) -> None:
    assert load_settings(old_config).replacing(queue={"max_running": 3}).hints == (HINT,)


def test_a_key_is_retired_in_its_own_section_only(old_config: Path) -> None:
    replace_in(old_config, "generation:", "generation:\n  arithmetic: int8")
    with pytest.raises(SettingsInvalid, match="generation › arithmetic: unknown key"):
        load_settings(old_config)


@pytest.mark.parametrize("text", ["", "- models", "models: arithmetic", "models: [arithmetic]", "models:"])
def test_a_file_of_another_shape_is_refused_with_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(path)
    assert "attribute" not in str(refused.value)


@pytest.mark.parametrize("retired", RETIRED)
def test_no_key_is_retired_that_there_is(retired: tuple[str, str]) -> None:
    section, key = retired
    model = Settings.model_fields[section].annotation
    assert isinstance(model, type)
    assert issubclass(model, StrictModel)
    assert key not in model.model_fields


@pytest.mark.usefixtures("old_config")
async def test_the_bot_starts_with_one_hint_in_its_log(start_bot: StartBot, sandbox: Sandbox) -> None:
    async with start_bot() as bot:
        await online(sandbox)
        await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)
    (line,) = [line for line in bot.output().splitlines() if "arithmetic" in line]
    assert line.endswith(f" WARNING tempera.bot.app: {HINT}")


@pytest.mark.usefixtures("old_config")
async def test_check_gives_the_same_hint(start_bot: StartBot) -> None:
    async with start_bot("--check", DISCORD_TOKEN=None) as bot:
        assert await bot.ends() == 0
    assert bot.output().splitlines()[1] == f"hint: {HINT}"


@pytest.mark.usefixtures("old_config")
async def test_a_console_that_cannot_show_the_hint_gets_it_escaped(start_bot: StartBot) -> None:
    async with start_bot("--check", DISCORD_TOKEN=None, PYTHONIOENCODING="ascii") as bot:
        assert await bot.ends() == 0
    assert bot.output().splitlines()[1] == f"hint: {HINT}".replace("›", r"\u203a")
