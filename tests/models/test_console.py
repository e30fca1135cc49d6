"""What commands print can be shown by every terminal and encoding, and acts on none."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tempera.models.cli.console import CLOSED_PIPE, escaped
from tempera.models.formats.card import read_card, write_card
from tests.fixtures_models import ASCII, write_small
from tests.models.processes import ENCODINGS, ROOT, command, environment, run, run_in_terminal
from tests.models.toys import RECIPE, losses, toy_text, write_recipe

JAPANESE = "\n吾輩は猫である。é😀"
CONTROLS = "\x1b\x9b\x07\x7f\x08\x85\u202e\u2066["
VALIDATION_LINE = (
    r"toy: epoch \d+\.\d\d, train \d\.\d{4}, validation \d\.\d{4} nats/char, [\d,]+ chars/s, \d\d:\d\d left"
)


def train_command(recipe: Path, *arguments: str) -> tuple[str | Path, ...]:
    folder = recipe.parent
    return ("--checkpoints", folder / "checkpoints", "train", recipe, "--runs", folder / "runs", *arguments)


def write_japanese(folder: Path) -> Path:
    (folder / "toy.txt").write_text(toy_text(2000).replace("question", "吾輩は猫😀"), encoding="utf-8")
    return write_recipe(folder, RECIPE | {"title": "吾輩", "optimization": RECIPE["optimization"] | {"epochs": 1}})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\n", "a\tb\n"),
        ("\x1b[31m", r"\u001b[31m"),
        ("\r\x07\x7f\x9b", r"\r\u0007\u007f\u009b"),
        ("\u202eabc\u2066", r"\u202eabc\u2066"),
        ("é 吾輩 😀 \u200f\u00ad", "é 吾輩 😀 \u200f\u00ad"),
    ],
)
def test_what_acts_on_a_terminal_is_escaped_as_in_json(text: str, shown: str) -> None:
    assert escaped(text) == shown
    assert json.loads(f'"{escaped(text.strip())}"'.replace("\t", r"\t")) == text.strip()


@pytest.mark.slow
@pytest.mark.parametrize("env", ENCODINGS, ids=str)
def test_every_encoding_shows_models_and_what_they_write(tmp_path: Path, env: dict[str, str]) -> None:
    folder = write_small(tmp_path, "small", JAPANESE)
    write_card(folder, read_card(folder).model_copy(update={"title": "吾輩は 😀"}))
    sample = ("--checkpoints", tmp_path, "sample", "small", "--prompt", "吾輩は", "--length", "200", "--seed", "3")
    shown = run(*sample, env=env)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.isascii() or env.get("PYTHONIOENCODING") == "cp1252"
    as_json, in_utf_8 = (json.loads(run(*sample, "--json", env=each).stdout) for each in (env, {}))
    assert as_json == in_utf_8
    assert "\U0001f600" in as_json["text"]
    for shows in (("describe", "small"), ("describe", "small", "--json"), ("list",)):
        assert run("--checkpoints", tmp_path, *shows, env=env).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("env", ENCODINGS, ids=str)
def test_training_ends_whatever_its_output_can_show(tmp_path: Path, env: dict[str, str]) -> None:
    done = run(*train_command(write_japanese(tmp_path)), env=env, stdout=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert all(re.fullmatch(VALIDATION_LINE, line) for line in done.stderr.splitlines()), "nor does a font complain"
    with (tmp_path / "train.log").open("w") as log:
        again = run(*train_command(tmp_path / "toy.yaml", "--restart"), env=env, stdout=log)
    assert again.returncode == 0, again.stderr


@pytest.mark.slow
def test_no_control_character_reaches_a_terminal(tmp_path: Path) -> None:
    folder = write_small(tmp_path, "small", "\n\tab" + CONTROLS)
    write_card(folder, read_card(folder).model_copy(update={"title": "Red \x1b[31m\x9b"}))
    (tmp_path / "text.txt").write_text("ab\x1b[31m" * 200)
    sample = ("sample", "small", "--prompt", "a", "--temperature", "2", "--length", "400", "--seed", "1")
    for shows in (
        sample,
        (*sample, "--json"),
        ("sample", "small", "--prompt", "\x1b[2Jq"),
        ("describe", "small"),
        ("describe", "small", "--json"),
        ("list",),
        ("describe", "\x1b]0;title\x07"),
        ("evaluate", "small", tmp_path / "\x1b[31m.txt"),
        ("\x1b[31m",),
    ):
        _, shown = run_in_terminal("--checkpoints", tmp_path, *shows)
        assert shown
        assert shown == re.sub(f"[{re.escape(CONTROLS[:-1])}\r]", "", shown), shows
    piped = run("--checkpoints", tmp_path, *sample).stdout
    assert r"\u001b" in piped
    assert not set(piped) & set(CONTROLS[:-1]), "a pipe often ends at a terminal"
    assert "\x1b" in json.loads(run("--checkpoints", tmp_path, *sample, "--json").stdout)["text"]


@pytest.mark.slow
def test_training_whose_reader_leaves_says_how_to_resume(recipe: Path) -> None:
    with subprocess.Popen(
        command(*train_command(recipe)),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "\n"
        assert process.stdout.readline().startswith("epoch "), "samples are shown at once"
        process.stdout.close()
        said = process.stderr.read().splitlines()
    assert process.returncode == CLOSED_PIPE
    assert re.fullmatch(r"models: the output was closed.*; resume with: python -m models .*train.* --resume", said[-1])
    assert "Exception" not in "".join(said)
    validations = len(losses(recipe)) - 1
    assert validations >= len(said) - 1, "each validation was saved before it was shown"
    resumed = run(*train_command(recipe, "--resume"), stdout=subprocess.DEVNULL)
    assert resumed.returncode == 0
    assert len(resumed.stderr.splitlines()) == len(losses(recipe)) - 1 - validations, "none is done twice"


@pytest.mark.slow
@pytest.mark.parametrize("shows", [("describe", "tiny"), ("sample", "tiny", "--seed", "1"), ("train", "--help")])
def test_other_commands_end_silently_when_nobody_reads(checkpoints: Path, shows: tuple[str, ...]) -> None:
    readable, writable = os.pipe()
    os.close(readable)
    done = run("--checkpoints", checkpoints, *shows, stdout=writable)
    os.close(writable)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a file that is always full")
def test_an_output_that_is_full_is_told_and_ends_no_training(recipe: Path, checkpoints: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = run("--checkpoints", checkpoints, "sample", "tiny", "--seed", "1", stdout=full)
        said = "models: standard output can't be written, so it is incomplete: No space left on device"
        assert (done.returncode, done.stderr.splitlines()) == (1, [said])
        trained = run(*train_command(recipe), stdout=full)
        assert trained.stderr.splitlines()[-1] == said
        assert run(*train_command(recipe, "--restart"), stderr=full).returncode == 0
    assert (recipe.parent / "checkpoints" / "toy" / "model.json").exists()


@pytest.mark.slow
def test_outputs_that_are_closed_end_nothing(recipe: Path) -> None:
    def close() -> None:
        os.closerange(0, 3)

    assert run(*train_command(recipe), stdout=None, stderr=None, preexec_fn=close).returncode == 0


@pytest.mark.slow
def test_a_log_has_one_line_for_each_validation_and_a_terminal_a_bar(recipe: Path, checkpoints: Path) -> None:
    done = run(*train_command(recipe, "--workers", "2"))
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert len(lines) == len(losses(recipe)) - 1
    assert all(re.fullmatch(VALIDATION_LINE, line) for line in lines), lines
    assert lines[-1].endswith(" 00:00 left")
    (recipe.parent / "other.txt").write_text(toy_text(300))
    measured = run("--checkpoints", checkpoints, "temperature", "tiny", "--texts", "1", "--length", "60")
    assert (measured.returncode, measured.stderr) == (0, "")
    evaluated = run("--checkpoints", checkpoints, "evaluate", "tiny", recipe.parent / "other.txt", "--split", "all")
    assert (evaluated.returncode, evaluated.stderr) == (0, "")
    code, shown = run_in_terminal(*train_command(recipe, "--restart"))
    assert code == 0
    assert "step/s" in shown
    assert not any(re.search(VALIDATION_LINE, line) for line in shown.splitlines())


def test_nothing_in_ascii_is_changed() -> None:
    assert escaped(ASCII) == ASCII
