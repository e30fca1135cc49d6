"""`python -m models sample`: prompts, seeds, stops, many texts."""

import json
import re
from pathlib import Path

import pytest

from tempera.models.endings import ends
from tempera.models.evaluation.generation import in_order
from tests.fixtures_models import write_small, write_small_words
from tests.models.command import run_models


def sampled(checkpoints: Path, *arguments: str, model: str = "tiny") -> str:
    done = run_models(checkpoints, "sample", model, "--length", "40", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("prompt", [(), ("--prompt", ""), ("--prompt", "  "), ("--prompt", "\n"), ("--prompt=\n\n",)])
def test_a_blank_prompt_is_a_beginning(checkpoints: Path, prompt: tuple[str, ...]) -> None:
    assert sampled(checkpoints, *prompt, "--seed", "3") == sampled(checkpoints, "--prompt", "\n", "--seed", "3")


def test_a_prompt_may_begin_with_a_dash_or_stand_in_a_file(checkpoints: Path, tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text("-x")
    texts = {
        sampled(checkpoints, *prompt, "--seed", "3")
        for prompt in (["--prompt=-x"], ["--prompt", "-x"], ["--prompt-file", str(tmp_path / "prompt.txt")])
    }
    assert len(texts) == 1
    both = run_models(checkpoints, "sample", "tiny", "--prompt", "a", "--prompt-file", str(tmp_path / "prompt.txt"))
    assert both.returncode == 2
    gone = run_models(checkpoints, "sample", "tiny", "--prompt-file", str(tmp_path / "gone.txt"))
    assert "gone.txt: can't be read" in gone.stderr


def test_seeds_are_fresh_and_told(checkpoints: Path) -> None:
    first, second = (run_models(checkpoints, "sample", "tiny", "--length", "40") for _ in range(2))
    assert first.stdout != second.stdout
    told = re.search(r"models: seed (\d+); repeat with --seed \1\n", first.stderr)
    assert told
    assert sampled(checkpoints, "--seed", told[1]) == first.stdout


@pytest.mark.parametrize(("stop", "said"), [("\u2019", "\u2019 read as '"), ("\r\n", ""), ("\\n", ""), ("e", "")])
def test_a_stop_is_fitted_to_the_alphabet(tmp_path: Path, stop: str, said: str) -> None:
    write_small(tmp_path, "plain", "\n 'abcde")
    done = run_models(tmp_path, "sample", "plain", "--length", "300", "--seed", "1", "--stop", stop)
    assert done.returncode == 0
    assert len(done.stdout) < 200
    assert {"\u2019": "'", "\r\n": "\n", "\\n": "\n"}.get(stop, stop) not in done.stdout.removesuffix("\n")
    assert said in done.stderr


@pytest.mark.parametrize("words", [False, True])
def test_a_stop_that_can_never_come_is_refused(tmp_path: Path, words: bool) -> None:
    (write_small_words if words else write_small)(tmp_path, "plain")
    done = run_models(tmp_path, "sample", "plain", "--stop", "\u4e16")
    assert done.returncode == 2
    assert "would never stop before '\u4e16': it doesn't know \u4e16; use another --stop" in done.stderr


def test_many_texts_are_those_of_one_seed_after_the_other(checkpoints: Path, tmp_path: Path) -> None:
    lines = sampled(checkpoints, "-n", "300", "--json", "--seed", "7").splitlines()
    texts = [json.loads(line) for line in lines]
    assert [each["seed"] for each in texts] == list(range(7, 307))
    assert texts[290]["text"] + "\n" == sampled(checkpoints, "--seed", "297")
    out = tmp_path / "out.txt"
    assert sampled(checkpoints, "-n", "3", "--seed", "7", "--out", str(out)) == f"Wrote {out}: 3 texts\n"
    assert out.read_text() == "\n----------\n".join(each["text"] for each in texts[:3]) + "\n"


def test_a_text_goes_on_until_a_line_or_a_sentence_ends(tmp_path: Path) -> None:
    write_small(tmp_path, "plain", "\n .aB")
    lines = sampled(
        tmp_path, "-n", "20", "--seed", "1", "--until", "line", "--length", "200", model="plain"
    ).splitlines()
    assert len([line for line in lines if line.strip()]) == 20
    texts = sampled(
        tmp_path, "-n", "9", "--seed", "1", "--until", "sentence", "--length", "300", "--json", model="plain"
    )
    for line in texts.splitlines():
        text = json.loads(line)["text"]
        assert text.strip()
        assert not [end for end in ends(text + " B") if end < len(text) and text[:end].strip()]


def test_texts_come_in_the_order_of_their_seeds() -> None:
    ended = iter([(2, "c"), (0, "a"), (1, "b"), (3, "d")])
    assert list(in_order(ended)) == [(0, "a"), (1, "b"), (2, "c"), (3, "d")]
