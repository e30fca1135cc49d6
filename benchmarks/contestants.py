"""Everyone who writes with a network in `benchmarks.decoding`, and the ceilings beside them."""

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import NamedTuple

from benchmarks.ceilings import Ceilings, NoCeilings, weight_bytes
from benchmarks.decoder import decoding_network, other_variants, quantized_network, tempera_decoder
from benchmarks.former import COMMIT, NoHistory, running_former
from benchmarks.rivals import char_rnn_pytorch, fair, quantised
from benchmarks.shapes import Shape
from benchmarks.writing import Write, characters_per_second
from tempera.models.decoder.implementations.selection import best_implementation
from tempera.models.decoder.implementations.specified import SpecifiedNetwork

STREAMS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
FEW, MANY = 1, 64  # texts of everyone but FAIR, who writes one, and ours
TOP_K, TOP_P = 40, 0.9
STEPS, STEPS_OF_FEW = 16, 64  # between two looks at the clock
HAS_ONNX = all(importlib.util.find_spec(module) for module in ("onnx", "onnxruntime"))


class Contestant(NamedTuple):
    """Who writes, and how many texts at the same time."""

    name: str
    streams: int

    def __str__(self) -> str:
        return f"{self.name}, {self.streams} text{'s' if self.streams > 1 else ''}"


Turns = dict[Contestant, Callable[[], float]]  # what measures a contestant's characters per second
FAIR, FORMER = Contestant("FAIR", FEW), "former decoder"
OURS, OURS_MANY = Contestant("ours", FEW), Contestant("ours", MANY)
FILTERED, SPECIFICATION = Contestant("ours with top-k and top-p", MANY), "specification"
ROOFLINE, MULTIPLY = Contestant("int8 roofline", FEW), Contestant("int8 multiply loop", MANY)
ONNX = "ONNX Runtime int8"
RIVALS = ("char-rnn.pytorch", "quantize_dynamic", ONNX)


def rivals(shape: Shape) -> Iterator[tuple[Contestant, Write]]:
    """Yield the loops of other tools' users."""
    makers = {"char-rnn.pytorch": char_rnn_pytorch}
    if shape.architecture.cell != "rnn":  # torch quantises no nn.RNN
        makers["quantize_dynamic"] = quantised
    if shape.architecture.cell == "lstm" and HAS_ONNX:  # nor ONNX Runtime any GRU
        from benchmarks.onnx_step import onnx_int8

        makers[ONNX] = onnx_int8
    for name, make in makers.items():
        for streams in (FEW, MANY):
            yield Contestant(name, streams), make(shape.model, streams)


def implementations(shape: Shape) -> Iterator[tuple[Contestant, Write]]:
    """Yield what decodes here, other variants of the kernel, and the specification."""
    network, quantized = decoding_network(shape.model), quantized_network(shape.model)
    for streams in STREAMS:
        yield Contestant(OURS.name, streams), tempera_decoder(network, streams)
    yield FILTERED, tempera_decoder(network, MANY, top_k=TOP_K, top_p=TOP_P)
    for name, make in (*other_variants(), (SPECIFICATION, SpecifiedNetwork)):
        other = make(quantized)
        for streams in (FEW, MANY):
            yield Contestant(name, streams), tempera_decoder(other, streams)


def writing(shape: Shape) -> Turns:
    """Return the turns of all who write in this process."""
    writers = [(FAIR, fair(shape.model, FEW)), *implementations(shape), *rivals(shape)]
    return {who: partial(characters_per_second, write, who.streams, steps(who.streams)) for who, write in writers}


def steps(streams: int) -> int:
    """Return how many characters of each text are written between two looks at the clock."""
    return STEPS if streams >= MANY else STEPS_OF_FEW


def former(shape: Shape, stack: ExitStack) -> Turns:
    """Return the turns of the former decoder, which runs until the stack is closed; say so where it is missing."""
    try:
        decoder = stack.enter_context(running_former(shape.model))
    except NoHistory:
        print(f"Without the former decoder: there is no git history with commit {COMMIT} here")
        return {}
    return {
        Contestant(FORMER, streams): partial(decoder.characters_per_second, streams, steps(streams))
        for streams in (FEW, MANY)
    }


def ceilings(shape: Shape) -> Turns:
    """Return what one text and many can't exceed, in characters per second; say so where there are none."""
    size_bytes = weight_bytes(shape.architecture, shape.vocabulary_size)
    try:
        measured = Ceilings(best_implementation().variant)
    except NoCeilings as error:
        print(f"Without roofline and multiply loop: {error}")
        return {}
    return {
        ROOFLINE: lambda: measured.bytes_per_second(size_bytes) / size_bytes,
        MULTIPLY: lambda: measured.products_per_second() / size_bytes,
    }
