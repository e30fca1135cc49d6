"""`python -m bot` and `--check`: exit codes and final messages."""

import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL

from tempera.bot.__main__ import main
from tempera.bot.config.environment import API_URL, GATEWAY_URL, WSL
from tempera.bot.config.settings import Settings
from tempera.bot.replies.errors.startup import reasons
from tempera.models.errors import DecoderFailed
from tempera.sandbox.server import Sandbox
from tempera.storage.errors import DatabaseInUse, DatabaseReadOnly, DiskFull, StorageBusy, StorageError
from tempera.storage.migrate import migrate
from tests.bot.conftest import written
from tests.bot.processes import StartBot, online, replace_in

Refusal = Callable[..., str]


@pytest.fixture
def refusal(config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refusal:
    """Start a bot that refuses, in this process, and return its message."""

    def said(*arguments: str, **environment: str | None) -> str:
        for name, value in ({"DISCORD_TOKEN": "a.good.token", API_URL: None, GATEWAY_URL: None} | environment).items():
            monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
        assert main(["--config", str(config), *arguments]) == 2
        return capsys.readouterr().err

    return said


def set_up(config: Path, *lines: str) -> None:
    """Add lines to the settings."""
    config.write_text("\n".join((config.read_text(encoding="utf-8"), *lines)), encoding="utf-8")


@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_windows_is_refused_in_a_line(
    refusal: Refusal, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert refusal(*arguments) == f"Tempera doesn't run on Windows; run it under WSL: {WSL}\n"


async def test_a_missing_token_is_said_with_its_remedy(start_bot: StartBot) -> None:
    async with start_bot(DISCORD_TOKEN=None) as bot:
        assert await bot.ends() == 2
    lines = bot.output().splitlines()
    assert lines == [
        "DISCORD_TOKEN is not set.",
        "Set DISCORD_TOKEN to your bot's token, or try Tempera without one: python -m sandbox",
    ]


async def test_a_bot_that_ends_while_something_else_is_awaited_breaks_the_test_off(
    start_bot: StartBot, sandbox: Sandbox
) -> None:
    with pytest.raises(AssertionError, match="ended with 2:\nDISCORD_TOKEN is not set"):
        async with start_bot(DISCORD_TOKEN=None):
            await online(sandbox)


async def test_a_refused_token_is_said_with_its_remedy_and_never_shown(start_bot: StartBot) -> None:
    async with start_bot(DISCORD_TOKEN="not.the.token") as bot:
        assert await bot.ends() == 2
    assert "Discord rejected the token." in bot.output(), bot.output()
    assert "set DISCORD_TOKEN to it." in bot.output().splitlines()[-1]
    assert "not.the.token" not in bot.output()


async def test_a_discord_out_of_reach_is_said(start_bot: StartBot) -> None:
    nowhere = {"TEMPERA_DISCORD_API_URL": "http://127.0.0.1:9", "TEMPERA_DISCORD_GATEWAY_URL": "ws://127.0.0.1:9"}
    async with start_bot(**nowhere) as bot:
        assert await bot.ends() == 2
    assert "Discord can't be reached" in bot.output(), bot.output()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({GATEWAY_URL: None}, "TEMPERA_DISCORD_GATEWAY_URL is not set"),
        ({API_URL: None}, "TEMPERA_DISCORD_API_URL is not set"),
        ({API_URL: "ftp://127.0.0.1/api"}, "TEMPERA_DISCORD_API_URL isn't the address"),
    ],
)
async def test_half_an_address_is_refused_before_the_token_goes_anywhere(
    refusal: Refusal, sandbox: Sandbox, changes: dict[str, str | None], words: str
) -> None:
    whole = {"DISCORD_TOKEN": sandbox.token, API_URL: sandbox.api_url, GATEWAY_URL: sandbox.gateway_url}
    assert words in refusal(**whole | changes)
    assert not sandbox.calls


async def test_invalid_settings_stop_the_start_with_every_error_and_the_remedy(
    start_bot: StartBot, config: Path
) -> None:
    set_up(config, "logging:", "  level: loud", "extra: 1")
    async with start_bot() as bot:
        assert await bot.ends() == 2
    assert bot.output().splitlines() == [
        "config.yaml › logging › level: 'loud' is not allowed; use INFO, WARNING or ERROR",
        f"config.yaml › extra: unknown key; use {', '.join(Settings.model_fields)}",
        f"Fix {config}, then check again with: python -m bot --check",
    ]


async def test_tokens_stay_out_of_the_log(start_bot: StartBot, sandbox: Sandbox) -> None:
    async with start_bot() as bot:
        await online(sandbox)
        exchange = await sandbox.invoke("generate", prompt="ROMEO:")
        await exchange.shows(written)
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ends() == 0
    output = bot.output()
    assert "tempera.bot.registration.command_sync: Commands were sent to Discord" in output
    assert sandbox.token not in output
    assert exchange.interaction.token not in output
    warnings = [line for line in output.splitlines() if " WARNING " in line]
    assert not [line for line in warnings if "Decoding with" not in line], "slow decoding depends on the machine"


async def test_check_looks_at_everything_and_changes_nothing(start_bot: StartBot, config: Path) -> None:
    async with start_bot("--check", DISCORD_TOKEN=None) as bot:
        assert await bot.ends() == 0
    lines = bot.output().splitlines()
    assert lines[0] == f"settings: {config}"
    assert any(line.startswith("model: tiny, ") for line in lines)
    assert not (config.parent / "data").exists()


@pytest.mark.slow
def test_check_refuses_a_file_that_is_no_database(refusal: Refusal, config: Path) -> None:
    (config.parent / "data").mkdir()
    (config.parent / "data" / "tempera.sqlite3").write_text("no database " * 100)
    said = refusal("--check")
    first, last = said.splitlines()
    assert first.endswith("tempera.sqlite3: file is not a database")
    assert "python -m storage restore" in last
    assert "storage › url" in last


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("--check",)], ids=["start", "check"])
def test_a_damaged_database_is_said_in_two_lines(refusal: Refusal, config: Path, arguments: tuple[str, ...]) -> None:
    path = config.parent / "data" / "tempera.sqlite3"
    migrate(path)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 40_000)
    first, last = refusal(*arguments).splitlines()
    assert first.startswith(f"{path}: ")
    assert "python -m storage restore" in last


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DatabaseReadOnly("/data/x: its permissions don't let this user (id 7) write to it"), "Let this user write"),
        (DiskFull("/data: the disk has only 3 kB left"), "Make room on that disk"),
        (DatabaseInUse("sqlite:////data/x"), "Stop the other one"),
        (StorageBusy("/data/x: database is locked"), "Close the program"),
    ],
)
def test_each_problem_of_the_database_has_its_own_remedy(error: StorageError, words: str) -> None:
    first, last = reasons(error)
    assert first == str(error)
    assert last.startswith(words)


@pytest.mark.parametrize("token", ["s3cret token", "s3cret\ntoken", "s3cret\ttoken", "s3cret\u2028token", "s3crét"])
def test_a_token_with_characters_that_none_has_is_refused_and_not_shown(refusal: Refusal, token: str) -> None:
    said = refusal(DISCORD_TOKEN=token)
    assert said.startswith("DISCORD_TOKEN contains characters that a token can't have")
    assert len(said.splitlines()) == 2
    assert "s3cr" not in said


async def test_check_only_reads_a_database_in_a_folder_of_any_name(start_bot: StartBot, config: Path) -> None:
    name = "a%41b?c#d"
    folder = config.parent / name
    folder.mkdir()
    (folder / "tempera.sqlite3").touch()
    url = URL.create("sqlite", database=f"{name}/tempera.sqlite3").render_as_string()
    set_up(config, "storage:", f"  url: '{url}'")
    async with start_bot("--check") as bot:
        assert await bot.ends() == 0
    assert f"database: {folder}/tempera.sqlite3, upgraded at the next start" in bot.output()
    assert sorted(path.name for path in config.parent.iterdir()) == sorted([name, "config.yaml", "empty", "log-0"])
    assert [path.name for path in folder.iterdir()] == ["tempera.sqlite3"]


@pytest.mark.parametrize(
    "line", ["day: 2020-13-45", "day: 0b_", "queue: !!bool maybe", f"day: {'[' * 500}"], ids=lambda x: x[:9]
)
def test_what_yaml_cannot_make_a_value_of_is_said_in_a_line(refusal: Refusal, config: Path, line: str) -> None:
    set_up(config, line)
    first, last = refusal("--check").splitlines()
    assert first.startswith(f"{config} can't be read: ")
    assert last.startswith(f"Fix {config}")


async def test_check_names_a_damaged_model_that_the_bot_would_start_without(
    start_bot: StartBot, config: Path, checkpoints: Path
) -> None:
    folder = config.parent / "models"
    shutil.copytree(checkpoints, folder)
    replace_in(config, str(checkpoints), "models")
    (folder / "other" / "weights.safetensors").write_bytes(b"")
    async with start_bot("--check") as bot:
        assert await bot.ends() == 0
    assert f"damaged model: {folder}/other/weights.safetensors: " in bot.output()
    assert bot.output().splitlines()[-1] == "The bot can start, without the damaged models."


def test_check_refuses_a_damaged_default_model(refusal: Refusal, config: Path, checkpoints: Path) -> None:
    folder = config.parent / "models"
    shutil.copytree(checkpoints, folder)
    replace_in(config, str(checkpoints), "models")
    (folder / "tiny" / "weights.safetensors").write_bytes(b"")
    said = refusal("--check")
    assert f"{folder}/tiny/weights.safetensors: " in said
    assert "Restore" in said.splitlines()[-1]


def test_a_decoder_that_does_not_start_calls_for_another_environment() -> None:
    """`make setup` alone would leave an existing one as it is."""
    said = reasons(DecoderFailed("its process ended"))
    assert said == ("The decoder did not start: its process ended", "Rebuild the environment: make clean setup")
