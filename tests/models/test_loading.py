"""A network that is loading holds up its own texts alone."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import asdict, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import Any

import pytest

from tempera.models.decoder.batches import Batches
from tempera.models.decoder.decoder import Decoder, Message
from tempera.models.decoder.networks.loading import Key, Loader, load
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import BadCheckpoint
from tempera.models.formats.card import read_card
from tempera.models.sampling_params import SamplingParams
from tests.fixtures_models import write_small

REQUEST = SampleRequest(model="", prompt="A", params=SamplingParams(temperature=1.0, length=200, seed=1))


class Gate:
    """Loads a checkpoint once the test lets it, or fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.slow, self.let = "", Event()
        self.faults: dict[str, Exception] = {}
        self.loads: list[str] = []

    def load(self, key: Key) -> DecodingModel:
        name, sha256 = key
        self.loads.append(name)
        if name == self.slow:
            assert self.let.wait(20)
        if name in self.faults:
            raise self.faults[name]
        return load(self._folder / name, sha256)


class Bench:
    """A decoder, its inbox, and what it has answered."""

    def __init__(self, folder: Path, gate: Gate) -> None:
        self._folder, self._inbox = folder, SimpleQueue[Message]()
        self.decoder = Decoder(Batches(2**30), Loader(gate.load, self._loaded))
        self.answers: list[Message] = []

    def _loaded(self, key: Key, future: "Future[DecodingModel]") -> None:
        self._inbox.put({"loaded": key, "future": future})

    def admit(self, key: int, name: str) -> None:
        sha256 = read_card(self._folder / name).weights_sha256
        self.decoder.take({"admit": key, "sha256": sha256, "request": asdict(replace(REQUEST, model=name))})

    def turn(self) -> None:
        self.answers += self.decoder.turn()

    def await_load(self) -> None:
        """Take in a network that is ready."""
        self.decoder.take(self._inbox.get(timeout=20))

    def finish(self) -> None:
        while self.decoder.busy:
            self.turn()

    def texts(self) -> dict[int, str]:
        texts: dict[int, str] = {}
        for answer in self.answers:
            for key, text, _, _ in answer.get("pieces", []):
                texts[key] = texts.get(key, "") + text
        return texts

    def about(self, kind: str) -> list[Any]:
        return [answer[kind] for answer in self.answers if kind in answer]


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    gate = Gate(tmp_path)
    yield gate
    gate.let.set()


@pytest.fixture
def bench(tmp_path: Path, gate: Gate) -> Bench:
    for name in ("quick", "slow"):
        write_small(tmp_path, name)
    bench = Bench(tmp_path, gate)
    bench.admit(0, "quick")
    bench.turn()
    bench.await_load()
    bench.turn()
    gate.slow = "slow"
    return bench


def test_other_texts_go_on_while_a_network_is_loading(bench: Bench, gate: Gate) -> None:
    bench.admit(1, "slow")
    bench.admit(2, "quick")
    bench.finish()
    assert {key: len(text) for key, text in bench.texts().items()} == {0: 200, 2: 200}
    assert not bench.decoder.busy, "it waits to be told"
    gate.let.set()
    bench.await_load()
    assert bench.decoder.busy
    bench.finish()
    assert len(bench.texts()[1]) == 200


def test_a_network_is_loaded_once_for_all_that_wait_for_it_in_their_order(bench: Bench, gate: Gate) -> None:
    for key in (1, 2, 3):
        bench.admit(key, "slow")
    bench.turn()
    gate.let.set()
    bench.await_load()
    bench.finish()
    assert gate.loads == ["quick", "slow"]
    assert bench.about("begun") == [0, 1, 2, 3]
    assert bench.texts()[1] == bench.texts()[2] == bench.texts()[3]


def test_a_text_is_cancelled_while_its_network_is_loading(bench: Bench, gate: Gate) -> None:
    for key in (1, 2):
        bench.admit(key, "slow")
    bench.turn()
    bench.decoder.take({"cancel": 1})
    gate.let.set()
    bench.await_load()
    bench.finish()
    assert bench.texts().keys() == {0, 2}


@pytest.mark.parametrize(
    ("fault", "path", "reason"),
    [
        (lambda: BadCheckpoint(Path("weights"), "is broken"), "weights", "is broken"),
        (lambda: MemoryError("too much"), None, "MemoryError('too much')"),
    ],
)
def test_a_load_that_fails_fails_the_texts_that_wait_for_it(
    bench: Bench, gate: Gate, fault: Callable[[], Exception], path: str | None, reason: str
) -> None:
    gate.faults["slow"] = fault()
    for key in (1, 2):
        bench.admit(key, "slow")
    bench.turn()
    gate.let.set()
    bench.await_load()
    bench.finish()
    failed = [answer for answer in bench.answers if "failed" in answer]
    assert failed == [{"failed": key, "path": path, "reason": reason} for key in (1, 2)]
    assert len(bench.texts()[0]) == 200
    gate.faults.clear()
    bench.admit(3, "slow")
    bench.turn()
    bench.await_load()
    bench.finish()
    assert len(bench.texts()[3]) == 200, "the next text tries again"
