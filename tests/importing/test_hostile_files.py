"""Files made to harm whoever imports them: refused by name, at once, without much memory, and without running them."""

import io
import os
import pickle
import random
import struct
import time
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tempera.models.errors import BadCheckpoint
from tempera.models.importing.formats import read_network
from tests.importing.old_networks import char_rnn, torch_rnn
from tests.importing.torch7_writer import Thing, torch7_bytes

some = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MOST_SECONDS, MOST_BYTES = (
    10,
    200 * 2**20,
)  # on a machine that has much else to do, under tracemalloc: it takes under 1 s
LONG = 2**31 - 1
CHAR_RNN, TORCH_RNN = char_rnn("gru", 2, 4, "abc").content, torch_rnn("lstm", 1, 4, tuple("abc")).content


def refused(path: Path) -> str:
    """Read a file within bounds; return why it was refused."""
    tracemalloc.start()
    started = time.monotonic()
    try:
        with pytest.raises(BadCheckpoint) as raised:
            read_network(path)
        assert time.monotonic() - started < MOST_SECONDS
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
    assert raised.value.path == path
    assert raised.value.reason
    return raised.value.reason


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "hostile"
    path.write_bytes(content)
    return path


def ints(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}i", *numbers)


def text(content: bytes) -> bytes:
    return ints(2, len(content)) + content


def table(*entries: bytes, count: int | None = None, index: int = 1) -> bytes:
    return ints(3, index, len(entries) if count is None else count) + b"".join(entries)


def deep(levels: int) -> bytes:
    return b"".join(ints(3, level + 1, 1) + text(b"a") for level in range(levels)) + ints(0)


def shared_tensors() -> bytes:
    """A million numbers, as the weight of each of 90 layers."""
    weight = np.zeros((1000, 1000), np.float32)
    modules = {index: Thing("nn.LSTM", {"weight": weight, "bias": weight[0]}) for index in range(1, 90)}
    return torch7_bytes({"model": Thing("x", {"net": Thing("y", {"modules": modules})})})


def wide_graph() -> bytes:
    """Two thousand nodes, each of which reads the same twenty thousand."""
    everywhere = dict.fromkeys(map(str, range(20_000)), 1)
    nodes = {index: Thing("n", {"data": {"mapindex": everywhere, "number": index}}) for index in range(1, 2000)}
    return torch7_bytes({"protos": {"rnn": Thing("g", {"forwardnodes": nodes})}, "vocab": {"a": 1}})


def circle() -> bytes:
    """A node that reads itself, and a sum of two matrices of it."""
    data: dict[Any, Any] = {"module": Thing("nn.Identity")}
    data["mapindex"] = {1: data}
    matrices: list[dict[str, Any]] = [{"module": Thing("nn.Linear"), "mapindex": {1: data}} for _ in range(2)]
    total = {"module": Thing("nn.CAddTable"), "mapindex": dict(enumerate(matrices, 1))}
    nodes = {index: Thing("n", {"data": each}) for index, each in enumerate((data, *matrices, total), 1)}
    return torch7_bytes({"protos": {"rnn": Thing("g", {"forwardnodes": nodes})}, "vocab": {"a": 1}})


def tensor(sizes: list[int], strides: list[int], offset: int, count: int) -> bytes:
    head = ints(4, 2) + text(b"V 1")[4:] + text(b"torch.FloatTensor")[4:]
    numbers = struct.pack(f"<i{2 * len(sizes) + 1}q", len(sizes), *sizes, *strides, offset)
    storage = ints(4, 3) + text(b"V 1")[4:] + text(b"torch.FloatStorage")[4:] + struct.pack("<q", count) + bytes(400)
    linear = ints(4, 9) + text(b"V 1")[4:] + text(b"nn.LookupTable")[4:]
    weight = linear + table(text(b"weight") + head + numbers + storage, index=10)
    modules = table(text(b"modules") + table(ints(1) + struct.pack("<d", 1) + weight, index=11), index=12)
    return table(text(b"model") + table(text(b"net") + modules, index=13))


TORCH7 = {
    "no kind": ints(99),
    "a table that claims too much": table(count=LONG),
    "a table of a negative size": table(count=-5),
    "a string that claims too much": ints(2, LONG),
    "a string of a negative size": ints(2, -1),
    "a function that claims too much": ints(8, 1, LONG),
    "a function of a negative size": ints(6, -100),
    "much text": table(*(text(bytes(2**20)) + ints(0) for _ in range(5))),
    "a back reference to nothing": ints(4, 7),
    "deeply nested": deep(300_000),
    "very many values": table(*(text(b"%d" % number) + ints(0) for number in range(300_000))),
    "very many tables": table(*(text(b"%d" % number) + ints(3, number + 2, 0) for number in range(200_000))),
    "very many numbers": table(
        *(ints(1) + struct.pack("<d", 1.0) + ints(1) + struct.pack("<d", 2.0) for _ in range(10**6))
    ),
    "tables of a few numbers": table(
        *(
            text(b"%d" % i) + table(*[ints(1) + struct.pack("<d", 1.0) + ints(0)], count=10**6, index=i + 2)
            for i in range(50_000)
        )
    ),
    "an unknown tensor": ints(4, 1) + text(b"V 1")[4:] + text(b"torch.StrangeTensor")[4:],
    "a tensor of 2^62 numbers": tensor([2**31, 2**31], [2**31, 1], 1, 100),
    "a tensor that repeats one number": tensor([10**6, 10**6], [0, 0], 1, 100),
    "a tensor beyond its storage": tensor([10, 10], [11, 1], 1, 100),
    "a tensor before its storage": tensor([10, 10], [10, 1], -5, 100),
    "a tensor of negative sizes": tensor([-10, -10], [10, 1], 1, 100),
    "a tensor of negative strides": tensor([10, 10], [-10, -1], 100, 100),
    "a storage that claims too much": tensor([10, 10], [10, 1], 1, 2**62),
    "a storage of a negative size": tensor([10, 10], [10, 1], 1, -(2**62)),
    "a tensor of many dimensions": ints(4, 1) + text(b"V 1")[4:] + text(b"torch.FloatTensor")[4:] + ints(LONG),
    "a tensor in place of its storage": ints(4, 1) + text(b"torch.FloatTensor")[4:] + ints(0) + bytes(8) + ints(4, 1),
    "one matrix as every layer": shared_tensors(),
    "a graph in which everything reads everything": wide_graph(),
    "a graph that goes in a circle": circle(),
    "a vocabulary larger than any": torch7_bytes({"protos": {}, "vocab": {str(i): i + 1 for i in range(40_000)}}),
}


REASONS = {  # of those that would be refused later for another reason, or read beyond the file
    "deeply nested": "nested too deeply",
    "very many values": "more than 60,000 values",
    "very many tables": "more than 60,000 values",
    "much text": "bytes of text",
    "a tensor of 2^62 numbers": "exceeds its storage",
    "a tensor that repeats one number": "exceeds its storage",
    "a tensor beyond its storage": "exceeds its storage",
    "a tensor before its storage": "impossible shape",
    "a tensor of negative strides": "impossible shape",
    "a storage that claims too much": "truncated or corrupt",
    "one matrix as every layer": "together exceed the file",
    "a graph that goes in a circle": "in a circle",
}


@pytest.mark.parametrize("name", TORCH7)
def test_a_hostile_torch7_file_is_refused(name: str, tmp_path: Path) -> None:
    assert REASONS.get(name, "") in refused(written(tmp_path, TORCH7[name]))


def test_a_table_that_holds_itself_is_no_network(tmp_path: Path) -> None:
    top: dict[str, Any] = {}
    top |= {"protos": top, "rnn": top, "forwardnodes": top, "vocab": top, "model": top, "net": top, "modules": top}
    assert refused(written(tmp_path, torch7_bytes(top)))


class Runs:
    """Pickled, it runs a command when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self._path}",)


def archive(content: bytes, storage: bytes = b"", *, compression: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as file:
        for name, each in {"data.pkl": content, "data/0": storage}.items():
            file.writestr(f"a/{name}", each)
    return stream.getvalue()


def legacy(content: bytes) -> bytes:
    """The pickles that come before a network's in files of early torch, and it."""
    head = [pickle.dumps(each, 2) for each in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})]
    return b"".join(head) + content + pickle.dumps([], 2)


@pytest.mark.parametrize("wrap", [archive, legacy])
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_code_in_a_pickle_is_refused_and_not_run(wrap: Any, protocol: int, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    reason = refused(written(tmp_path, wrap(pickle.dumps({"model": Runs(ran)}, protocol))))
    assert "posix.system" in reason or protocol == 0
    assert not ran.exists()


def nested_tuples(levels: int) -> bytes:
    """A tuple of a tuple, twice each time, as a key: hashing it would take 2^levels steps."""
    return b"\x80\x02})" + b"q\x01h\x01\x86" * levels + b"K\x01s."


PICKLES = {
    "a memo that would take 32 GB": b"\x80\x02}r\xff\xff\xff\x7f.",
    "a string that claims too much": b"\x80\x04\x8d" + struct.pack("<Q", 2**40) + b"abc",
    "bytes that claim too much": b"\x80\x04\x8e" + struct.pack("<Q", 2**62) + b"abc",
    "a number of many digits": b"I" + b"9" * 900_000 + b"\n.",
    "a long number": b"\x80\x02\x8b" + struct.pack("<i", 900_000) + bytes(900_000) + b".",
    "a key that takes forever to hash": nested_tuples(60),
    "an endless one": b"\x80\x02" + b"N0" * 400_000,
    "many objects": b"\x80\x02](" + b"]" * 900_000 + b"e.",
    "an attribute of a class": b"\x80\x02cbuiltins\nint\n}X\x01\x00\x00\x00aK\x01sb.",
    "an empty stack": b"\x80\x02s.",
    "a mark below the stack": b"\x80\x02(0t.",
    "nothing": b"",
    "a persistent id of another kind": b"\x80\x02X\x01\x00\x00\x00aQ.",
    "code by its extension": b"\x80\x02\x82\x01.",
    "an instance the old way": b"(ios\nsystem\n.",
    "a buffer": b"\x80\x05\x97.",
}


@pytest.mark.parametrize("wrap", [archive, legacy])
@pytest.mark.parametrize("name", PICKLES)
def test_a_hostile_pickle_is_refused(name: str, wrap: Any, tmp_path: Path) -> None:
    assert refused(written(tmp_path, wrap(PICKLES[name])))


def test_modules_in_one_another_are_read_once(tmp_path: Path) -> None:
    """Sixty levels, each with the next one twice."""
    module = b"\x80\x02cm\nM\n)\x81" + b"q\x00"
    for _ in range(60):
        inner = b"X\x08\x00\x00\x00_modules}(X\x01\x00\x00\x00ah\x00X\x01\x00\x00\x00bh\x00u"
        module += b"cm\nM\n)\x81}" + inner + b"sbq\x00"
    assert "holds no network" in refused(written(tmp_path, archive(module + b".")))


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_zip_bomb_is_refused(compression: int, tmp_path: Path) -> None:
    assert refused(written(tmp_path, archive(bytes(300 * 2**20), compression=compression)))


def test_an_archive_of_very_many_entries_is_refused(tmp_path: Path) -> None:
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *([0] * 6), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * 500_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, len(directory), 4, 0)
    assert "directory is too large" in refused(written(tmp_path, b"PK\x03\x04" + directory + end))


@pytest.mark.parametrize("content", [CHAR_RNN, TORCH_RNN], ids=["char-rnn", "torch-rnn"])
def test_a_file_cut_off_anywhere_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "cut"
    for length in [*range(0, len(content), 37), len(content) - 1]:
        path.write_bytes(content[:length])
        with pytest.raises(BadCheckpoint):
            read_network(path)


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(fifo := tmp_path / "fifo")
    os.truncate(written(tmp_path, b"x"), 600 * 2**20)
    assert refused(fifo) == "is not a regular file"
    assert refused(Path("/dev/zero")) == "is not a regular file"
    assert "Is a directory" in refused(tmp_path)
    assert "No such file" in refused(tmp_path / "missing")
    assert "more than the maximum" in refused(tmp_path / "hostile")
    assert "empty" in refused(written(tmp_path, b""))


@some
@given(start=st.sampled_from([b"", ints(3, 1), ints(4, 1), b"\x80\x02", b"PK\x03\x04"]), rest=st.binary(max_size=400))
@example(start=b"", rest=random.Random(0).randbytes(5000))
def test_random_bytes_are_refused(tmp_path: Path, start: bytes, rest: bytes) -> None:
    with pytest.raises(BadCheckpoint):
        read_network(written(tmp_path, start + rest))


@some
@given(content=st.sampled_from([CHAR_RNN, TORCH_RNN]), at=st.integers(0, 10**5), put=st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, content: bytes, at: int, put: bytes) -> None:
    at %= len(content)
    path = written(tmp_path, content[:at] + put + content[at + len(put) :])
    with suppress(BadCheckpoint):
        read_network(path)


@some
@given(at=st.integers(0, 10**5), put=st.binary(min_size=1, max_size=4))
def test_a_damaged_pickle_is_read_or_refused(tmp_path: Path, at: int, put: bytes) -> None:
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000"
    tensor += b"X\x03\x00\x00\x00cpuK\x06tQK\x00K\x06\x85K\x01\x85\x89}tR"
    content = b"\x80\x02}X\x0e\x00\x00\x00encoder.weight" + tensor + b"s."
    at %= len(content)
    damaged = content[:at] + put + content[at + len(put) :]
    with pytest.raises(BadCheckpoint):
        read_network(written(tmp_path, archive(damaged, bytes(24))))
