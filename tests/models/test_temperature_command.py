"""`python -m models temperature` and `words` as a person types them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tempera.models.formats.training_words import WORDS_FILE, read_training_words, write_training_words
from tempera.models.temperature_study.measure import SWEEP_TEMPERATURES
from tests.fixtures_models import write_small
from tests.models.command import run_models

ROOT = Path(__file__).parents[2]


def test_the_commands_print_a_table_and_write_pictures_and_ladder(tmp_path: Path) -> None:
    write_small(tmp_path, "small", scale=8.0)
    text = tmp_path / "text.txt"
    text.write_text("so it goes on and on " * 90 + "unheard " * 20)
    noted = run_models(tmp_path, "words", "small", str(text))
    assert (noted.returncode, noted.stderr) == (0, "")
    seen = read_training_words(tmp_path / "small")
    assert seen is not None
    assert "goes" in seen
    assert "unheard" not in seen  # it stands in the last tenth alone
    out = tmp_path / "out"
    done = run_models(tmp_path, "temperature", "--texts", "2", "--length", "90", "--out", str(out))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "small"
    assert [line.split()[0] for line in lines[2 : 2 + len(SWEEP_TEMPERATURES)]] == [
        f"{temperature:g}" for temperature in SWEEP_TEMPERATURES
    ]
    assert "not measured" not in done.stdout
    assert "T = 0 ends in a loop: " in done.stdout
    for name in ("small.png", "small-choice.png"):
        assert (out / name).read_bytes().startswith(b"\x89PNG")
    page = (out / "small.md").read_text()
    assert "](small.png)" in page
    assert page.count("**T = ") == len(SWEEP_TEMPERATURES)


def test_without_words_the_share_is_not_measured(checkpoints: Path, tmp_path: Path) -> None:
    options = ("--texts", "1", "--length", "50", "--out", str(tmp_path))
    done = run_models(checkpoints, "temperature", "other", *options)
    assert done.returncode == 0
    assert "increase with T: not measured" in done.stdout
    assert (tmp_path / "other.png").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("temperature", "nobody"), "available: other, tiny"),
        (("temperature", "tiny", "--texts", "0"), "1<=x<=1000"),
        (("temperature", "tiny", "--length", "x"), "is not a valid"),
        (("words", "tiny", "/nowhere.txt"), "can't be read"),
    ],
)
def test_a_refusal_says_why(checkpoints: Path, arguments: tuple[str, ...], message: str) -> None:
    done = run_models(checkpoints, *arguments)
    assert done.returncode == 2
    assert message in done.stderr.splitlines()[-1]


@pytest.mark.slow
def test_pictures_without_matplotlib_are_refused_before_any_work(checkpoints: Path, tmp_path: Path) -> None:
    program = (
        "import runpy, sys; sys.modules['matplotlib'] = None;"
        f"sys.argv[1:] = ['--checkpoints', {str(checkpoints)!r}, 'temperature', '--out', {str(tmp_path)!r}];"
        "runpy.run_module('models', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("pip install -e '.[plots]'")
    assert done.stdout == ""


def test_damaged_words_are_named(tmp_path: Path) -> None:
    folder = write_small(tmp_path, "small")
    write_training_words(folder, ["to be or not to be"])
    (folder / WORDS_FILE).write_bytes(b"cut")
    done = run_models(tmp_path, "temperature", "small", "--texts", "1", "--length", "9")
    assert done.returncode == 2
    assert "words.bin: is damaged" in done.stderr.splitlines()[-1]
