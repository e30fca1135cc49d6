"""Whatever arrives through the pipe, or stands in a checkpoint's files: refused by name, and nothing else suffers."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tempera.models.decoder.batches import Batches
from tempera.models.decoder.decoder import Decoder
from tempera.models.decoder.networks.loading import Key, Loader, load
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.decoder.networks.weights import read_weights
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import BadCheckpoint, ModelsError, UnknownModel
from tempera.models.formats.card import read_card
from tempera.models.formats.checkpoint_files import WEIGHTS_FILE
from tempera.models.library import Library
from tempera.models.sampling_params import SamplingParams
from tests.fixtures_models import write_small

some = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
GOOD = SampleRequest(model="tiny", prompt="Oh", params=SamplingParams(length=3))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_small(folder, "tiny")
    return folder


@pytest.fixture
def decoder(folder: Path) -> Iterator[Decoder]:
    arrived: list[dict[str, Any]] = []

    def load_one(key: Key) -> DecodingModel:
        return load(folder / "tiny", key[1])

    loader = Loader(load_one, lambda key, future: arrived.append({"loaded": key, "future": future}))
    decoder = Decoder(Batches(2**20), loader)
    yield decoder
    loader._thread.shutdown()


@some
@given(message=JSON)
@example(message={"admit": 2**70})
@example(message={"cancel": 2**70})
def test_any_message_is_taken_or_left_out(decoder: Decoder, message: Any) -> None:
    decoder.take(message)
    decoder.turn()


@some
@given(
    changes=st.dictionaries(st.sampled_from([*asdict(GOOD), "unheard"]), JSON, max_size=3),
    params=st.dictionaries(st.sampled_from([*asdict(GOOD.params), "unheard"]), JSON, max_size=3),
)
def test_any_request_fails_its_text_or_is_queued(
    decoder: Decoder, changes: dict[str, Any], params: dict[str, Any]
) -> None:
    request = {**asdict(GOOD), "params": {**asdict(GOOD.params), **params}, **changes}
    decoder.take({"admit": 5, "sha256": "x", "request": request})
    answers = [answer for answer in decoder.turn() if "failed" in answer]
    assert [answer["failed"] for answer in answers] in ([], [5])


@some
@given(at=st.integers(0, 600), flipped=st.integers(1, 255), length=st.integers(0, 2**64 - 1) | st.none())
def test_any_header_is_read_or_refused(folder: Path, tmp_path: Path, at: int, flipped: int, length: int | None) -> None:
    card = read_card(folder / "tiny")
    content = bytearray((folder / "tiny" / WEIGHTS_FILE).read_bytes())
    content[at] ^= flipped
    if length is not None:
        content[:8] = length.to_bytes(8, "little")
    path = tmp_path / WEIGHTS_FILE
    path.write_bytes(content)
    with pytest.raises(BadCheckpoint):
        read_weights(path, card.shapes, card.weights_sha256)


@some
@given(header=JSON)
def test_any_json_in_place_of_a_header_is_refused(folder: Path, tmp_path: Path, header: Any) -> None:
    card = read_card(folder / "tiny")
    text = json.dumps(header).encode()
    path = tmp_path / WEIGHTS_FILE
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(100))
    with pytest.raises(BadCheckpoint):
        read_weights(path, card.shapes, card.weights_sha256)


@some
@given(name=st.text(max_size=40))
@example(name="../tiny")
@example(name="..")
@example(name="/etc/passwd")
@example(name="tiny/../tiny")
@example(name="tiny\0")
@example(name="")
def test_a_name_leads_to_no_other_folder(folder: Path, name: str) -> None:
    library = Library(folder)
    if name == "tiny":
        assert library.path(name) == folder / "tiny"
    else:
        with pytest.raises(UnknownModel):
            library.card(name)


def test_a_link_out_of_the_folder_is_what_its_owner_put_there(folder: Path, tmp_path: Path) -> None:
    """Names come from strangers, links from whoever owns the folder; a name can't be made to follow any other."""
    write_small(tmp_path, "elsewhere")
    library = Library(folder)
    for name in ("elsewhere", str(tmp_path / "elsewhere"), f"../{tmp_path.name}/elsewhere"):
        with pytest.raises(ModelsError):
            library.card(name)
