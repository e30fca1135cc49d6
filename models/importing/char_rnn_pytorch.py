"""The layout of spro/char-rnn.pytorch (`.pt`): a module with encoder, rnn and decoder, or its state_dict.

Its gates stand as ours do. It has no vocabulary: characters are always those of Python's string.printable.
"""

import string
from collections.abc import Mapping

import numpy as np

from tempera.models.importing.mapped_file import MappedFile, Tensor
from tempera.models.importing.network import Floats, ImportedNetwork, Layer, network

CELLS = {3: "gru", 4: "lstm"}  # by the number of gates
RECURRENT = ("rnn", "gru")  # its attribute, and that of files before May 2017
MOST_LAYERS = 100
STRANGE = "holds a network that is no GRU or LSTM of one direction"


def char_rnn_pytorch(file: MappedFile, tensors: Mapping[str, Tensor]) -> ImportedNetwork:
    """Return the network in a file of char-rnn.pytorch; raises BadCheckpoint."""
    name = next((name for name in RECURRENT if f"{name}.weight_ih_l0" in tensors), None)
    if name is None or not {"encoder.weight", "decoder.weight", "decoder.bias"} <= tensors.keys():
        has = ", ".join(sorted(tensors))[:200] or "no tensors"
        raise file.bad(f"holds no network of char-rnn.pytorch, which has encoder, rnn and decoder; it has: {has}")
    embedding, output = (_array(file, tensors[each], 2) for each in ("encoder.weight", "decoder.weight"))
    bias = _array(file, tensors["decoder.bias"], 1)
    if len(output) != len(string.printable):
        raise file.bad(
            f"knows {len(output)} characters, but char-rnn.pytorch has the {len(string.printable)} of Python's "
            "string.printable: it was made by another program, which kept its alphabet elsewhere"
        )
    layers = [_layer(file, tensors, name, f"_l{index}") for index in range(_count(tensors, name))]
    gates, rest = divmod(len(layers[0].weight_hh), max(1, layers[0].weight_hh.shape[-1]))
    if rest or gates not in CELLS:
        raise file.bad(STRANGE)
    return network(file, "char-rnn.pytorch", CELLS[gates], string.printable, embedding, layers, (output, bias))


def _count(tensors: Mapping[str, Tensor], name: str) -> int:
    return next(index for index in range(MOST_LAYERS) if f"{name}.weight_ih_l{index + 1}" not in tensors) + 1


def _layer(file: MappedFile, tensors: Mapping[str, Tensor], name: str, suffix: str) -> Layer:
    if f"{name}.weight_ih{suffix}_reverse" in tensors:
        raise file.bad(STRANGE)
    names = (f"{name}.{part}{suffix}" for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    weight_ih, weight_hh, *biases = (tensors.get(each) for each in names)
    if weight_ih is None or weight_hh is None:
        raise file.bad(STRANGE)
    matrices = [_array(file, each, 2) for each in (weight_ih, weight_hh)]
    none = np.zeros(len(matrices[0]), np.float32)  # of layers without biases
    return Layer(*matrices, *(none if each is None else _array(file, each, 1) for each in biases))


def _array(file: MappedFile, tensor: Tensor, dimensions: int) -> Floats:
    if len(tensor.shape) != dimensions:
        raise file.bad(STRANGE)
    return file.array(tensor)
