"""`python -m models` as a person types it."""

import json
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from tempera.models.cli.main import COMMANDS, models
from tempera.models.cli.options import CHECKPOINTS
from tempera.models.engine.engine import Engine
from tempera.models.engine.request import SampleRequest
from tempera.models.formats.card import read_card, write_card
from tempera.models.library import Library
from tempera.models.sampling_params import SamplingParams
from tests.fixtures_models import write_small
from tests.models.command import run_models


@pytest.mark.slow
async def test_sample_prints_only_the_text_and_it_is_the_engines(checkpoints: Path) -> None:
    options = ("--prompt", "ROMEO:", "--temperature", "0.9", "--length", "60", "--seed", "7")
    done = run_models(checkpoints, "sample", "tiny", *options)
    request = SampleRequest(model="tiny", prompt="ROMEO:", params=SamplingParams(temperature=0.9, length=60, seed=7))
    async with Engine(Library(checkpoints)) as engine:
        assert done.stdout == "".join([piece async for piece in engine.stream(request)]) + "\n"
    assert done.stderr == ""


@pytest.mark.slow
def test_sample_is_ended_by_ctrl_c(checkpoints: Path, tmp_path: Path) -> None:
    options = ("--prompt", "A", "--length", "1000000", "--top-k", "5", "--seed", "1")
    command = [sys.executable, "-m", "models", "--checkpoints", str(checkpoints), "sample", "tiny", *options]
    text = tmp_path / "text"
    with (
        text.open("w") as output,
        subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE, text=True) as process,
    ):
        deadline = time.monotonic() + 60
        while process.poll() is None and not text.stat().st_size:
            assert time.monotonic() < deadline, "nothing was written"
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, ""), said


@pytest.mark.slow
def test_sample_needs_no_torch(checkpoints: Path) -> None:
    program = (
        "import sys; from tempera.models.__main__ import main;"
        f"sys.argv = ['models', '--checkpoints', {str(checkpoints)!r}, 'sample', 'tiny', '--prompt', 'A'];"
        "assert main() == 0; assert not 'torch' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=Path(__file__).parents[2])


@pytest.mark.slow
def test_a_command_that_needs_torch_says_so_where_there_is_none(checkpoints: Path) -> None:
    program = (
        "import sys; sys.modules['torch'] = None; from tempera.models.__main__ import main;"
        f"sys.argv = ['models', '--checkpoints', {str(checkpoints)!r}, 'evaluate', 'tiny', 'text.txt'];"
        "sys.exit(main())"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 2
    assert done.stderr.startswith("models: this command needs PyTorch: ")
    assert len(done.stderr.splitlines()) == 1


def test_sample_json_tells_all_settings(checkpoints: Path) -> None:
    done = run_models(checkpoints, "sample", "tiny", "--prompt", "A", "--length", "20", "--top-k", "3", "--json")
    answer = json.loads(done.stdout)
    assert len(answer["text"]) == 20
    assert answer["top_k"] == 3


def test_sample_takes_the_temperature_of_the_card_unless_another_is_given(tmp_path: Path) -> None:
    folder = write_small(tmp_path, "small")
    options = ("small", "--prompt", "A", "--length", "5", "--json")
    assert json.loads(run_models(tmp_path, "sample", *options).stdout)["temperature"] == 0.8
    write_card(folder, read_card(folder).model_copy(update={"default_temperature": 0.6}))
    assert json.loads(run_models(tmp_path, "sample", *options).stdout)["temperature"] == 0.6
    given = run_models(tmp_path, "sample", *options, "--temperature", "0")
    assert json.loads(given.stdout)["temperature"] == 0


def test_sample_takes_a_path_and_reports_what_the_prompt_lost(checkpoints: Path) -> None:
    done = run_models(checkpoints, "sample", str(checkpoints / "other"), "--prompt", "Caf\u00e9 7", "--length", "5")
    assert done.returncode == 0
    assert "removed: 7" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "last_line"),
    [
        (("sample", "nobody", "--prompt", "A"), "available: other, tiny"),
        (("sample", "other", "--prompt", "123"), "knows none"),
        (("sample", "tiny", "--prompt", "A", "--temperature", "2.1"), "0.0<=x<=2.0"),
        (("sample", "tiny", "--prompt", "A", "--temperature", "nan"), "is no number"),
        (("describe", "nobody"), "available: other, tiny"),
        (("evaluate", "tiny", "/nowhere.txt"), "can't be read"),
        (("train", "/nowhere.yaml"), "can't be read"),
    ],
)
def test_a_refusal_ends_with_2_and_says_why(checkpoints: Path, arguments: tuple[str, ...], last_line: str) -> None:
    done = run_models(checkpoints, *arguments)
    assert done.returncode == 2
    assert last_line in done.stderr.splitlines()[-1]


def test_list_and_describe_tell_what_is_there(checkpoints: Path) -> None:
    assert run_models(checkpoints, "list").stdout.count("\n") == 3
    assert json.loads(run_models(checkpoints, "describe", "tiny", "--json").stdout)["title"] == "Tiny"


def test_help_shows_examples_that_can_be_typed(checkpoints: Path) -> None:
    for command in COMMANDS:
        shown = run_models(checkpoints, str(command.name), "--help").stdout
        assert "Usage: " in shown
        for example in getattr(command, "examples", ()):
            assert f" {command.name} {example}\n" in shown
            with models.make_context("models", ["--checkpoints", str(CHECKPOINTS)], resilient_parsing=True) as context:
                command.parse_args(
                    click.Context(command, context),
                    shlex.split(
                        example.replace("diary ", "essays ").replace("names ", "essays ").replace("numbers ", "essays ")
                    ),
                )


def test_names_of_models_are_completed(checkpoints: Path) -> None:
    complete = ShellComplete(models, {}, "models", "_MODELS_COMPLETE")
    given = ["--checkpoints", str(checkpoints), "sample"]
    assert [item.value for item in complete.get_completions(given, "ti")] == ["tiny"]
    assert "detect-language" in [item.value for item in complete.get_completions([], "")]


@pytest.mark.parametrize("split", [(), ("--split", "all")])
def test_a_short_text_is_measured_whole(checkpoints: Path, tmp_path: Path, split: tuple[str, ...]) -> None:
    (tmp_path / "poem.txt").write_text("Shall I compare thee to a summer's day?")
    done = run_models(checkpoints, "evaluate", "tiny", str(tmp_path / "poem.txt"), *split)
    assert done.returncode == 0, done.stderr
    assert "all of poem.txt: 39 characters, 0 skipped" in done.stdout
    (tmp_path / "poem.txt").write_text("S")
    assert run_models(checkpoints, "evaluate", "tiny", str(tmp_path / "poem.txt"), *split).returncode == 2
