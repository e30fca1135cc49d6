"""What the readers of old files return."""

import io
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tempera.models.errors import BadCheckpoint
from tempera.models.importing.mapped_file import mapped
from tempera.models.importing.pytorch import read_pytorch
from tempera.models.importing.torch7 import read_torch7
from tempera.models.importing.torch_objects import Object, Table
from tests.importing.torch7_writer import Cuda, Function, Thing, torch7_bytes

VALUES = np.arange(12, dtype=np.float32).reshape(3, 4) - 5


def read(tmp_path: Path, value: Any) -> Any:
    path = tmp_path / "a.t7"
    path.write_bytes(torch7_bytes(value))
    return read_torch7(mapped(path))


def test_values_of_every_kind_are_read(tmp_path: Path) -> None:
    shared = {"x": True}
    value = {
        "none": None,
        "number": 1.5,
        "text": b"\xe2!",
        "yes": True,
        "a": shared,
        "b": shared,
        "list": {1: "p", 2: "q"},
    }
    found = read(tmp_path, value | {"thing": Thing("nn.Linear", {"p": 0.5}), "code": Function(b"\x1bL", {1: 2.0})})
    assert (found["none"], found["number"], found["text"], found["yes"]) == (None, 1.5, "\xe2!", True)
    assert found["a"] is found["b"]
    assert found["list"].listed(9) == ["p", "q"]
    assert (found["thing"].name, found["thing"].get("p")) == ("nn.Linear", 0.5)
    assert found["code"] is None


def test_a_table_of_numbers_by_number_takes_no_more_memory_than_in_the_file(tmp_path: Path) -> None:
    found = read(tmp_path, {"losses": {float(step): step / 2 for step in range(1, 300)}, "after": "text"})
    assert found["losses"].pairs["value"].tolist() == [step / 2 for step in range(1, 300)]
    assert len(found["losses"]) == 0
    assert found["after"] == "text"
    mixed = read(tmp_path, {1: 2, 3: 4, 5: "six"})
    assert (mixed.pairs["value"].tolist(), dict(mixed)) == ([2, 4], {5: "six"})


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int64", "uint8"])
def test_tensors_are_read_in_fp32(dtype: str, tmp_path: Path) -> None:
    values = np.abs(VALUES).astype(dtype)
    path = tmp_path / "a.t7"
    path.write_bytes(torch7_bytes({"w": values, "again": values}))
    file = mapped(path)
    found = read_torch7(file)
    assert found["again"] is found["w"]
    assert np.array_equal(file.array(found["w"]), np.abs(VALUES))


def test_a_tensor_of_a_gpu_and_a_view_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.t7"
    path.write_bytes(torch7_bytes({"w": Cuda(VALUES)}))
    file = mapped(path)
    tensor = read_torch7(file)["w"]
    assert np.array_equal(file.array(tensor), VALUES)
    turned = type(tensor)(tensor.storage, 1, (3, 2), (1, 4))
    assert np.array_equal(mapped(path).array(turned), VALUES[:2, 1:].T)


def test_a_table_may_hold_itself_and_be_a_key(tmp_path: Path) -> None:
    table: dict[Any, Any] = {"name": "a"}
    table["self"] = table
    found = read(tmp_path, table)
    assert found["self"] is found
    thing = Thing("nngraph.Node", {})
    thing.fields["data"] = {"node": thing}
    assert isinstance(node := read(tmp_path, thing), Object)
    assert node.get("data")["node"] is node
    assert isinstance(node.get("data"), Table)


@pytest.mark.parametrize("is_archive", [True, False])
@pytest.mark.parametrize("what", ["module", "state_dict"])
def test_what_torch_saves_is_read_without_torch(what: str, is_archive: bool, tmp_path: Path) -> None:
    import torch

    module = torch.nn.Sequential(OrderedDict(encoder=torch.nn.Embedding(5, 3), rnn=torch.nn.LSTM(3, 4, 2)))
    path = tmp_path / "a.pt"
    torch.save(module if what == "module" else module.state_dict(), path, _use_new_zipfile_serialization=is_archive)
    file = mapped(path)
    found = read_pytorch(file)
    assert found.keys() == module.state_dict().keys()
    assert all(np.array_equal(file.array(found[name]), value.numpy()) for name, value in module.state_dict().items())


def test_a_compressed_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", bytes(10_000_000))
    with pytest.raises(BadCheckpoint, match=r"has no data\.pkl in it"):
        read_pytorch(mapped(path))
    assert path.stat().st_size < 20_000


def test_weights_in_bf16_are_refused_with_the_remedy(tmp_path: Path) -> None:
    import torch

    path = tmp_path / "a.pt"
    torch.save({"w": torch.zeros(2, dtype=torch.bfloat16)}, path)
    with pytest.raises(BadCheckpoint, match="BFloat16Storage; save them as float32"):
        read_pytorch(mapped(path))
    torch.save(torch.zeros(2), stream := io.BytesIO())
    path.write_bytes(stream.getvalue())
    assert read_pytorch(mapped(path)) == {}
