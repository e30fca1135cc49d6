"""Several networks in one decoder: who works next, who stays in memory, and how soon a newcomer is heard."""

import time
from pathlib import Path

import pytest

from tempera.models.decoder.batches import Batches
from tempera.models.decoder.networks.loading import load
from tempera.models.decoder.texts.batch import Batch
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import BadCheckpoint
from tempera.models.formats.card import read_card
from tempera.models.sampling_params import SamplingParams
from tests.fixtures_models import write_small

LONG = SampleRequest(model="", prompt="ROMEO:", params=SamplingParams(temperature=1.0, length=4000, seed=1))


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    sizes = {"one": 64, "two": 64, "three": 64, "wide": 384}
    return {name: write_small(tmp_path, name, hidden_size=size) for name, size in sizes.items()}


def found(batches: Batches, folder: Path) -> Batch:
    """Return a network's batch, loaded first where it is not in memory."""
    key = str(folder), read_card(folder).weights_sha256
    if key not in batches._members:
        batches.add(key, load(folder, key[1]))
    batch = batches.find(key)
    assert batch
    return batch


def find(batches: Batches, folder: Path, *keys: int) -> None:
    """Use a network, for texts or for nothing."""
    batch = found(batches, folder)
    for key in keys:
        batch.admit(key, LONG)


def names(batches: Batches) -> list[str]:
    return [Path(folder).name for folder, _ in batches._members]


def size_bytes(folder: Path) -> int:
    return load(folder, read_card(folder).weights_sha256).network.size_bytes


def test_the_least_recently_used_network_makes_room(folders: dict[str, Path]) -> None:
    batches = Batches(size_bytes(folders["one"]) * 5 // 2)
    find(batches, folders["one"])
    find(batches, folders["two"])
    find(batches, folders["one"])
    find(batches, folders["three"])
    assert names(batches) == ["one", "three"]


def test_a_network_with_texts_stays_however_little_room_there_is(folders: dict[str, Path]) -> None:
    batches = Batches(0)
    find(batches, folders["one"], 1)
    find(batches, folders["two"])
    find(batches, folders["three"], 3)
    assert names(batches) == ["one", "three"]
    assert {piece.key for _ in range(4) for piece in batches.advance()} == {1, 3}


def test_within_the_budget_all_networks_stay(folders: dict[str, Path]) -> None:
    batches = Batches(2 * sum(map(size_bytes, folders.values())))
    for folder in folders.values():
        find(batches, folder)
    assert names(batches) == list(folders)


def test_weights_that_were_replaced_are_loaded_anew_and_the_old_ones_leave(folders: dict[str, Path]) -> None:
    batches, folder = Batches(2**30), folders["one"]
    old = read_card(folder).weights_sha256
    find(batches, folder, 1)
    write_small(folder.parent, "one", hidden_size=64, scale=2.0)
    find(batches, folder, 2)
    assert names(batches) == ["one", "one"]
    batches.cancel(1)
    find(batches, folders["two"])
    write_small(folder.parent, "one", hidden_size=64, scale=3.0)
    find(batches, folder)
    assert names(batches) == ["one", "two", "one"]  # the one that still has a text, and the newest
    with pytest.raises(BadCheckpoint, match="replaced"):
        load(folder, old)


def test_networks_share_time_not_steps(folders: dict[str, Path]) -> None:
    """One chunk of the wide network takes as long as many of the narrow one: so it gets fewer."""
    batches = Batches(2**30)
    find(batches, folders["one"], 1)
    find(batches, folders["wide"], *range(2, 34))
    written, longest = dict.fromkeys(range(34), 0), 0.0
    for _ in range(100):
        started = time.perf_counter()
        for piece in batches.advance():
            written[piece.key] += len(piece.text)
        longest = max(longest, time.perf_counter() - started)
    seconds = [member.seconds for member in batches._members.values()]
    assert abs(seconds[0] - seconds[1]) <= longest, "nobody is ahead by more than one chunk"
    assert written[1] > 2 * written[2] > 0


def test_a_network_that_comes_back_has_no_claim_on_the_time_in_which_it_was_idle(folders: dict[str, Path]) -> None:
    batches = Batches(2**30)
    find(batches, folders["two"])
    find(batches, folders["one"], 1)
    for _ in range(100):
        batches.advance()
    find(batches, folders["two"], 2)
    gained = {piece.key for _ in range(8) for piece in batches.advance()}
    assert gained == {1, 2}


def test_a_short_text_among_63_long_ones_is_heard_within_two_chunks(folders: dict[str, Path]) -> None:
    batches = Batches(2**30)
    find(batches, folders["one"], *range(63))
    for _ in range(3):
        batches.advance()
    find(batches, folders["one"], 63)
    assert 63 in {piece.key for _ in range(2) for piece in batches.advance()}


def test_a_network_that_worked_before_another_came_is_not_in_its_debt(folders: dict[str, Path]) -> None:
    batches = Batches(2**30)
    find(batches, folders["one"], 1)
    for _ in range(100):
        batches.advance()
    batches.cancel(1)
    find(batches, folders["two"], 2)
    batches.advance()
    find(batches, folders["one"], 3)
    gained = {piece.key for _ in range(8) for piece in batches.advance()}
    assert gained == {2, 3}
