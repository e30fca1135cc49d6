"""The files of a checkpoint, checked before use: regular, within size limits, with the tensors that the card declares.

Format of the weights: huggingface.co/docs/safetensors.
"""

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from math import prod
from pathlib import Path

from tempera.models.errors import BadCheckpoint
from tempera.models.formats.write_errors import NotWritten

CARD_FILE = "model.json"
WEIGHTS_FILE = "weights.safetensors"
MAX_CARD_BYTES = 4 * 2**20
MAX_WEIGHTS_BYTES = 512 * 2**20
MAX_HEADER_BYTES = 2**20
BYTES_PER_VALUE = {"F16": 2, "BF16": 2, "F32": 4}
GATES = {"rnn": 1, "gru": 3, "lstm": 4, "gru-reset-before": 3}
STATE_PARTS = {"rnn": 1, "gru": 1, "lstm": 2, "gru-reset-before": 1}  # the hidden state, and an LSTM's cell state
ENCODER = "encoder."  # prefix of the names of an encoder's parameters
NONBLOCKING = getattr(os, "O_NONBLOCK", 0)  # opening a FIFO would block otherwise
ANOTHER_FILE = "is not the file that model.json describes: its sha256 differs"
Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class StoredTensor:
    """The location of a tensor in the weights file."""

    dtype: str  # one of BYTES_PER_VALUE
    shape: tuple[int, ...]
    offset: int  # bytes from the start of the file


def parameter_shapes(
    *,
    cell: str,
    layers: int,
    hidden_size: int,
    embedding_size: int,
    vocabulary_size: int,
    languages: int,
    encoder: bool = False,
) -> dict[str, tuple[int, ...]]:
    """Return the shape of each parameter of a CharRNN by its name in the weights file."""
    reader = _reader_shapes(cell, layers, hidden_size, embedding_size, vocabulary_size)
    return {
        "initial": (languages, layers, STATE_PARTS[cell], hidden_size),
        **reader,
        "output.weight": (vocabulary_size, hidden_size),
        "output.bias": (vocabulary_size,),
        **({f"{ENCODER}{name}": shape for name, shape in reader.items()} if encoder else {}),
    }


def _reader_shapes(
    cell: str, layers: int, hidden_size: int, embedding_size: int, vocabulary_size: int
) -> dict[str, tuple[int, ...]]:
    rows = GATES[cell] * hidden_size
    shapes: dict[str, tuple[int, ...]] = {"embedding.weight": (vocabulary_size, embedding_size)}
    for layer in range(layers):
        shapes |= {
            f"layers.{layer}.weight_ih": (rows, hidden_size if layer else embedding_size),
            f"layers.{layer}.weight_hh": (rows, hidden_size),
            f"layers.{layer}.bias_ih": (rows,),
            f"layers.{layer}.bias_hh": (rows,),
        }
    return shapes


def open_regular(path: Path, limit_bytes: int) -> BufferedReader:
    """Open a file for reading without blocking; raises BadCheckpoint if it is missing, not regular or too large."""
    try:
        file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | NONBLOCKING))  # noqa: SIM115 - returned
    except OSError as error:
        raise BadCheckpoint(path, f"can't be read: {error.strerror}") from None
    status = os.fstat(file.fileno())
    if stat.S_ISREG(status.st_mode) and status.st_size <= limit_bytes:
        return file
    file.close()
    if not stat.S_ISREG(status.st_mode):
        raise BadCheckpoint(path, "is not a regular file")
    raise BadCheckpoint(path, f"has {status.st_size:,} bytes, more than the maximum of {limit_bytes:,}")


def weights_bytes(folder: Path) -> int:
    """Return the size of a checkpoint's weights file."""
    return (folder / WEIGHTS_FILE).stat().st_size


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file atomically and durably, in a folder that is made; raises NotWritten and keeps the earlier file."""
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException as error:
        with suppress(OSError):
            partial.unlink()
        if isinstance(error, OSError):
            raise NotWritten(path, len(content), error) from None
        raise


def stored_tensors(path: Path, file: BufferedReader, shapes: Shapes) -> dict[str, StoredTensor]:
    """Return each tensor's location; raises BadCheckpoint if header or size don't match the card."""
    size = os.fstat(file.fileno()).st_size
    header, start = _header(path, file, size)
    header.pop("__metadata__", None)
    if header.keys() != shapes.keys():
        odd = sorted(header.keys() ^ shapes.keys())
        raise BadCheckpoint(path, f"has other tensors than model.json declares: {', '.join(odd[:4])}")
    expected = start + sum(_bytes(path, name, header[name], shape) for name, shape in shapes.items())
    if size != expected:
        raise BadCheckpoint(path, f"has {size:,} bytes, but its tensors need {expected:,}: truncated or corrupt")
    return _located(path, header, shapes, start)


def check_weights(path: Path, shapes: Shapes, sha256: str) -> None:
    """Compare a weights file with what its card declares; raises BadCheckpoint."""
    with open_regular(path, MAX_WEIGHTS_BYTES) as file:
        stored_tensors(path, file, shapes)
        file.seek(0)
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise BadCheckpoint(path, ANOTHER_FILE)


def _bytes(path: Path, name: str, entry: object, shape: tuple[int, ...]) -> int:
    """Return a tensor's size in bytes after checking its header entry."""
    if not isinstance(entry, dict) or str(entry.get("dtype")) not in BYTES_PER_VALUE:
        raise BadCheckpoint(path, f"{name} is not stored as F16, BF16 or F32")
    if entry.get("shape") != list(shape):
        raise BadCheckpoint(path, f"{name} has shape {entry.get('shape')}, but model.json implies {list(shape)}")
    return prod(shape) * BYTES_PER_VALUE[str(entry["dtype"])]


def _located(path: Path, header: dict[str, dict[str, object]], shapes: Shapes, start: int) -> dict[str, StoredTensor]:
    """Return the tensors by offset, which must have neither gaps nor overlaps."""
    tensors, end = {}, 0
    for name in sorted(header, key=lambda name: _begin(header[name])):
        begin, dtype = end, str(header[name]["dtype"])
        end += prod(shapes[name]) * BYTES_PER_VALUE[dtype]
        if header[name].get("data_offsets") != [begin, end]:
            raise BadCheckpoint(path, f"{name} has the wrong offsets: corrupt")
        tensors[name] = StoredTensor(dtype, shapes[name], start + begin)
    return tensors


def _begin(entry: dict[str, object]) -> int:
    """Return the first offset in a header entry, -1 if it is malformed."""
    match entry.get("data_offsets"):
        case [int(begin), int()]:
            return begin
    return -1


def _header(path: Path, file: BufferedReader, size: int) -> tuple[dict[str, dict[str, object]], int]:
    """Return the parsed header and the offset of the first tensor."""
    length = int.from_bytes(file.read(8), "little")
    if size < 8 or length > min(size - 8, MAX_HEADER_BYTES):
        raise BadCheckpoint(path, "is not a safetensors file: its header is longer than allowed")
    try:
        header = json.loads(file.read(length))
    except (ValueError, RecursionError):
        raise BadCheckpoint(path, "is not a safetensors file: its header is not JSON") from None
    if not isinstance(header, dict):
        raise BadCheckpoint(path, "is not a safetensors file: its header is not an object")
    return header, 8 + length
