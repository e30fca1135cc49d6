"""The decoder as a process: what it says, what it does not import, and what it takes up."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from tempera.models.decoder.implementations.selection import best_implementation
from tempera.models.engine.request import SampleRequest
from tempera.models.formats.card import read_card
from tempera.models.sampling_params import SamplingParams

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
BUNDLED = ROOT / "models" / "checkpoints"
MEMORY_BYTES = 2**29
MOST_RESIDENT_MB = 60
REQUEST = SampleRequest(model="", prompt="ROMEO:", params=SamplingParams(temperature=0.9, length=200, seed=7))


def decoding_here() -> dict[str, Any]:
    found = best_implementation()
    return {"variant": found.variant, "reason": found.reason}


class Process:
    """A decoder that a test talks to."""

    def __init__(self, folder: Path, threads: int) -> None:
        command = [sys.executable, "-m", "tempera.models.decoder", str(folder), str(MEMORY_BYTES), str(threads)]
        self.folder = folder
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    def hear(self) -> dict[str, Any]:
        assert self.child.stdout
        message: dict[str, Any] = json.loads(self.child.stdout.readline())
        return message

    def tell(self, message: dict[str, Any]) -> None:
        assert self.child.stdin
        print(json.dumps(message), file=self.child.stdin, flush=True)

    def write(self, model: str, *keys: int, failing: int | None = None) -> tuple[dict[int, str], list[dict[str, Any]]]:
        """Return the texts of one request under several keys, and the other messages, that of `failing` among them."""
        request = asdict(replace(REQUEST, model=model))
        sha256 = read_card(self.folder / model).weights_sha256
        for key in keys:
            self.tell({"admit": key, "sha256": sha256, "request": request})
        texts, others, running = dict.fromkeys(keys, ""), [], {*keys, *([] if failing is None else [failing])}
        while running:
            message = self.hear()
            others += [] if "pieces" in message else [message]
            running -= {message.get("failed")}
            for key, text, ended, _ in message.get("pieces", []):
                texts[key] += text
                running -= {key} if ended else set()
        return texts, others


@pytest.fixture(scope="module")
def process(checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("both")
    for path in (checkpoints / "tiny", BUNDLED / "shakespeare"):
        (folder / path.name).symlink_to(path)
    process = Process(folder, threads=2)
    assert process.hear() == {"ready": True, **decoding_here()}
    yield process
    assert process.child.stdin
    assert process.child.stdout
    process.child.stdin.close()
    assert process.child.wait(10) == 0, "it ends with its input"
    process.child.stdout.close()


def test_texts_begin_in_a_named_arithmetic_and_threads_change_none(process: Process) -> None:
    (alone,) = process.write("tiny", 0)[0].values()
    texts, said = process.write("tiny", *range(1, 25))
    assert set(texts.values()) == {alone}
    assert len(alone) == 200
    assert said == [{"begun": key, "language": 0, "arithmetic": "exact-2"} for key in range(1, 25)]


def test_the_running_process_holds_numpy_and_little_else(process: Process) -> None:
    process.write("shakespeare", 100)
    maps = Path(f"/proc/{process.child.pid}/maps").read_text()
    assert "numpy" in maps
    assert not [name for name in ("torch", "pydantic", "safetensors") if f"site-packages/{name}" in maps]
    status = Path(f"/proc/{process.child.pid}/status").read_text()
    resident_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    assert resident_kb < MOST_RESIDENT_MB * 1024
    threads = [line.split()[1] for line in status.splitlines() if line.startswith("Threads")]
    assert int(threads[0]) <= 4, "itself, the reader of its input, the loader, and one that shares the rows"


@pytest.mark.parametrize("last", ['{"admit": 1, "sha256": "abc', '{"ping": true}'])
def test_a_line_that_breaks_off_ends_it_too(last: str) -> None:
    """A parent that is killed can be in the middle of a line: its decoder must not stay behind."""
    command = [sys.executable, "-m", "tempera.models.decoder", str(BUNDLED), str(MEMORY_BYTES), "1"]
    run = subprocess.run(command, input=last, capture_output=True, text=True, cwd=ROOT, timeout=30, check=True)
    assert [json.loads(line) for line in run.stdout.splitlines()] == [{"ready": True, **decoding_here()}]


@pytest.mark.parametrize(
    "line",
    [
        *("no JSON", "[1, 2]", "null", "17", '"text"', "{}", '{"admit": "x"}', '{"cancel": [1]}', "[" * 100_000),
        *('{"admit": 1}', '{"admit": 1, "sha256": "a", "request": 3}', '{"admit": 1, "sha256": "a", "request": {}}'),
    ],
    ids=lambda line: line[:30],
)
def test_a_line_that_is_no_request_ends_nothing(process: Process, line: str) -> None:
    assert process.child.stdin
    print(line, file=process.child.stdin, flush=True)
    texts, said = process.write("tiny", 200)
    assert len(texts[200]) == 200
    assert {"begun": 200, "language": 0, "arithmetic": "exact-2"} in said


@pytest.mark.parametrize(
    "change",
    [
        *({"top_k": 1e308}, {"top_p": 0}, {"length": -5}, {"seed": -1}, {"temperature": -1}, {"temperature": None}),
        *({"min_p": 7}, {"stop": 5}, {"length": True}, {"unheard": 1}),
    ],
    ids=str,
)
def test_parameters_out_of_bounds_fail_their_text_alone(process: Process, change: dict[str, Any]) -> None:
    request = asdict(replace(REQUEST, model="tiny"))
    request["params"] |= change
    process.tell({"admit": 300, "sha256": "", "request": request})
    texts, said = process.write("tiny", 301, failing=300)
    assert len(texts[301]) == 200
    assert [message["path"] for message in said if message.get("failed") == 300] == [None]


@pytest.mark.parametrize(
    "change",
    [
        *({"first_draw": -1}, {"first_draw": 99}, {"language": -1}, {"language": 7}, {"likely_language": "x"}),
        *({"prompt": 5}, {"prompt": "\ud800"}, {"model": None}, {"model": "../both/tiny"}),
        *({"model": ".."}, {"model": "/etc"}, {"model": "tiny/../tiny"}, {"model": "tiny\0"}),
    ],
    ids=str,
)
def test_a_request_out_of_bounds_fails_its_text_alone(process: Process, change: dict[str, Any]) -> None:
    sha256 = read_card(process.folder / "tiny").weights_sha256
    request = asdict(replace(REQUEST, model="tiny")) | change
    process.tell({"admit": 400, "sha256": sha256, "request": request})
    texts, said = process.write("tiny", 401, failing=400)
    assert len(texts[401]) == 200
    assert len([message for message in said if message.get("failed") == 400]) == 1
