"""The kernel in C, called through ctypes."""

import ctypes
from ctypes import POINTER, Structure, c_int32, c_int64, c_uint32, c_void_p
from pathlib import Path

from tempera.models.decoder.arithmetic.sampling import SAMPLING

MAX_LAYERS, PANEL, GROUP = 8, 16, 4  # as in kernel.h
FUNCTIONS = ("run", "scratch_bytes", "available_variants", "layout")
VARIANTS = ("generic", "avx2", "avx-vnni", "avx512-vnni", "amx", "neon", "neon-dot")  # in the order of enum variant


class ProductStruct(Structure):
    """kernel.h: product_t."""

    _fields_ = [("weights", c_void_p), ("group_bytes", c_int64), ("scale", c_void_p), ("raised", c_void_p)]


class NetworkStruct(Structure):
    """kernel.h: network_t."""

    _fields_ = [
        *((name, c_int32) for name in ("cell", "layers", "hidden", "outputs")),
        ("table", c_void_p),
        ("table_scale", c_void_p),
        ("recurrent", ProductStruct * MAX_LAYERS),
        ("input", ProductStruct * MAX_LAYERS),
        ("candidate", ProductStruct * MAX_LAYERS),
        ("output", ProductStruct),
        ("bias", c_void_p * MAX_LAYERS),
        ("reset_bias", c_void_p * MAX_LAYERS),
    ]


class WorkStruct(Structure):
    """kernel.h: work_t."""

    _fields_ = [("rows", c_int32), ("steps", c_int32)] + [
        (name, c_void_p)
        for name in (
            *("given", "ids", "context", "hidden", "memory", "bias", "next_context"),
            *("sampling", "uniform", "written", "logits", "scratch"),
        )
    ]


# As kernel.c: layout().
LAYOUT = ctypes.sizeof(NetworkStruct) << 16 | ctypes.sizeof(WorkStruct) << 8 | SAMPLING.itemsize


class Kernel:
    """The compiled library."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        library = ctypes.CDLL(str(path))
        try:
            self.run, self.scratch_bytes, available_variants, layout = (getattr(library, name) for name in FUNCTIONS)
        except AttributeError as error:
            raise OSError(f"{error}: it is another library, or of another version") from None
        if layout() != LAYOUT:
            raise OSError(f"{path}: it was compiled for another version")
        self.run.argtypes, self.run.restype = [POINTER(NetworkStruct), POINTER(WorkStruct), c_int32], c_int32
        self.scratch_bytes.argtypes, self.scratch_bytes.restype = [POINTER(NetworkStruct), c_int32], c_int64
        available_variants.argtypes, available_variants.restype = [], c_uint32
        available = available_variants()
        self.variants = tuple(name for number, name in enumerate(VARIANTS) if available >> number & 1)  # fastest last
