"""Which program wrote a file, and the network in it."""

from pathlib import Path

from tempera.models.importing.char_rnn import char_rnn
from tempera.models.importing.char_rnn_pytorch import char_rnn_pytorch
from tempera.models.importing.mapped_file import MappedFile, mapped
from tempera.models.importing.network import ImportedNetwork
from tempera.models.importing.pytorch import ZIP, read_pytorch
from tempera.models.importing.torch7 import read_torch7
from tempera.models.importing.torch_objects import Table
from tempera.models.importing.torch_rnn import torch_rnn

PICKLE = b"\x80"
KNOWN = "char-rnn and torch-rnn (.t7) and char-rnn.pytorch (.pt)"


def read_network(path: Path) -> tuple[MappedFile, ImportedNetwork]:
    """Return a file and the network in it; raises BadCheckpoint."""
    file = mapped(path)
    if file.content[: len(ZIP)] == ZIP or file.content[: len(PICKLE)] == PICKLE:
        return file, char_rnn_pytorch(file, read_pytorch(file))
    top = read_torch7(file)
    if isinstance(top, Table) and "protos" in top:
        return file, char_rnn(file, top)
    if isinstance(top, Table) and "model" in top:
        return file, torch_rnn(file, top)
    raise file.bad(f"is no checkpoint of a program that Tempera knows: {KNOWN}")
