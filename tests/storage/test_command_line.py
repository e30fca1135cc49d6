"""`python -m storage`."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tempera.storage.cli.main import main
from tempera.storage.database import open_database
from tempera.storage.file.instance_lock import only_instance
from tempera.storage.texts.history import NewGeneration, find_generation
from tests.storage.rows import begin, content, damage, fill, names_in

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(path: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command on the database; return the exit code and what it printed."""

    def said(*arguments: object) -> tuple[int, str, str]:
        code = main(["--database", str(path), *map(str, arguments)])
        return (code, *capsys.readouterr())

    return said


def backup_in(folder: Path) -> Path:
    (backup,) = folder.glob("*.backup-*")
    return backup


async def texts_of(path: Path) -> int:
    async with open_database(f"sqlite:///{path}") as database:
        number = 0
        while await find_generation(database, number + 1):
            number += 1
        return number


async def test_a_backup_while_the_bot_runs_then_damage_then_back(path: Path, new: NewGeneration, run: Say) -> None:
    with only_instance(f"sqlite:///{path}"):
        await fill(path, new)
        async with open_database(f"sqlite:///{path}") as database:
            code, said, _ = run("backup")
            assert (code, said) == (0, f"Backed up {path} to {backup_in(path.parent)}\n")
            await begin(database, new)
        code, _, error = run("restore")
        assert (code, error.splitlines()[0]) == (2, f"storage: sqlite:///{path}: another Tempera runs on it")
    damage(path)
    damaged = content(path)
    code, _, error = run("check")
    assert code == 2
    assert error.startswith(f"storage: {path}: ")
    assert "python -m storage restore" in error.splitlines()[-1]
    code, said, _ = run("restore")
    assert code == 0
    (kept,) = path.parent.glob("*.replaced-*")
    assert said.splitlines() == [
        f"Restored {path} from {backup_in(path.parent)}",
        f"The database that was there is now {kept}",
    ]
    assert content(kept) == damaged
    assert await texts_of(path) == 200
    assert run("check")[1].splitlines()[-1] == "Everything is OK."


async def test_a_restored_database_is_not_mixed_with_the_log_of_the_former(
    path: Path, new: NewGeneration, run: Say
) -> None:
    await fill(path, new, texts=1)
    run("backup")
    async with open_database(f"sqlite:///{path}") as database:
        for _ in range(5):
            await begin(database, new)
        log = content(path.with_name(f"{path.name}-wal"))
    path.with_name(f"{path.name}-wal").write_bytes(log)  # as a killed process leaves it
    assert run("restore")[0] == 0
    assert not path.with_name(f"{path.name}-wal").exists()
    assert await texts_of(path) == 1


@pytest.mark.parametrize("content", [b"", b"dear diary, " * 100], ids=["empty", "no database"])
async def test_what_is_no_backup_does_not_replace_anything(
    path: Path, tmp_path: Path, new: NewGeneration, run: Say, content: bytes
) -> None:
    await fill(path, new, texts=1)
    (tmp_path / "wrong").write_bytes(content)
    assert run("restore", tmp_path / "wrong")[0] == 2
    assert run("restore", tmp_path / "missing")[0] == 2
    assert not names_in(tmp_path, "*.replaced-*")
    assert await texts_of(path) == 1


async def test_without_a_backup_nothing_is_restored(path: Path, new: NewGeneration, run: Say) -> None:
    await fill(path, new, texts=1)
    code, _, error = run("restore")
    assert code == 2
    assert error.splitlines() == [
        f"storage: {path}: there is no backup",
        "If there is one elsewhere: python -m storage restore FILE",
    ]


async def test_an_export_holds_every_row_and_is_private(
    path: Path, tmp_path: Path, new: NewGeneration, run: Say
) -> None:
    async with open_database(f"sqlite:///{path}") as database:
        for _ in range(2):
            await begin(database, new)
        target = tmp_path / "all.jsonl"
        assert run("export", target)[0] == 0
        assert target.stat().st_mode & 0o777 == 0o600
        rows = [json.loads(line) for line in target.read_text().splitlines()]
        assert [row["id"] for row in rows if row["table"] == "generations"] == [1, 2]
        assert {row["prompt"] for row in rows if row["table"] == "generations"} == {new.prompt}
        assert [row["texts"] for row in rows if row["table"] == "usage"] == [2]
        assert run("export")[1] == target.read_text()
        code, _, error = run("export", target)
    assert (code, error.splitlines()) == (2, [f"storage: {target} exists already", "Choose another name."])
    assert run("backup", target)[0] == 2


@pytest.mark.parametrize("command", ["backup", "check", "export"])
def test_a_database_that_is_not_there_is_not_made(path: Path, run: Say, command: str) -> None:
    code, _, error = run(command)
    assert code == 2
    assert error.splitlines()[-1].startswith("Name it with --database FILE")
    assert not list(path.parent.iterdir())


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("storage:\n  url: sqlite:///data/x.sqlite3\n", "/data/x.sqlite3: there is no such file"),
        ("storage:\n", "/data/tempera.sqlite3: there is no such file"),
        ("", "/data/tempera.sqlite3: there is no such file"),
        ("storage: [", "config.yaml: can't be read"),
        ("- 1", "config.yaml: can't be read"),
        ("storage:\n  url: 7\n", "7: is not a database URL"),
        (None, "config.yaml: can't be read"),
    ],
)
def test_the_settings_name_the_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], config: str | None, words: str
) -> None:
    file = tmp_path / "config.yaml"
    if config is not None:
        file.write_text(config)
    assert main(["--config", str(file), "check"]) == 2
    first, *_ = capsys.readouterr().err.splitlines()
    assert words in first
    assert first.startswith("storage: ")


@pytest.mark.slow
async def test_the_program_ends_quietly_when_its_reader_does(path: Path, new: NewGeneration) -> None:
    await fill(path, new)
    root = Path(__file__).parents[2]
    command = f"{sys.executable} -m storage --database {path} export | head -1"
    ended = await asyncio.create_subprocess_shell(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said, errors = await ended.communicate()
    assert json.loads(said)["table"]
    assert errors == b""
