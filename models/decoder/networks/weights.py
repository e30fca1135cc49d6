"""Trained weights as NumPy arrays over the memory-mapped file; unusable values are refused."""

import hashlib
import mmap
from collections.abc import Mapping
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tempera.models.errors import BadCheckpoint
from tempera.models.formats.checkpoint_files import (
    ANOTHER_FILE,
    MAX_WEIGHTS_BYTES,
    Shapes,
    StoredTensor,
    open_regular,
    stored_tensors,
)

DTYPES: Mapping[str, str] = {"F16": "<f2", "BF16": "<u2", "F32": "<f4"}
LARGEST_WEIGHT = np.float32(65504)  # of fp16; also the limit for F32, so that sums stay finite


def read_weights(path: Path, shapes: Shapes, sha256: str) -> dict[str, NDArray[Any]]:
    """Return fp16 and fp32 arrays by name; they map the file and are not copied.

    Raises BadCheckpoint if the file doesn't contain tensors of these shapes, has another checksum, or contains a weight
    that is not finite or beyond fp16.
    """
    with open_regular(path, MAX_WEIGHTS_BYTES) as file:
        tensors = stored_tensors(path, file, shapes)
        content = _mapped(path, file)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise BadCheckpoint(path, ANOTHER_FILE)
    weights = {name: _array(content, tensor) for name, tensor in tensors.items()}
    if not all(map(_is_moderate, weights.values())):
        raise BadCheckpoint(path, "holds weights that are not numbers or too large to compute with")
    return weights


def _mapped(path: Path, file: BufferedReader) -> mmap.mmap:
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise BadCheckpoint(path, f"can't be mapped: {error.strerror}") from None


def _array(content: mmap.mmap, tensor: StoredTensor) -> NDArray[Any]:
    """bf16 is the upper half of fp32."""
    values = np.frombuffer(content, DTYPES[tensor.dtype], int(np.prod(tensor.shape)), tensor.offset)
    if tensor.dtype == "BF16":
        values = (values.astype(np.uint32) << np.uint32(16)).view(np.float32)
    return values.reshape(tensor.shape)


def _is_moderate(values: NDArray[Any]) -> bool:
    """Return whether all values are finite and within fp16's range; for fp16, checking the exponent is much faster."""
    if values.dtype == np.float16:
        return bool(((values.view(np.uint16) & 0x7C00) != 0x7C00).all())
    return bool((np.abs(values) <= LARGEST_WEIGHT).all())
