"""The layout of karpathy/char-rnn (`.t7`): one step of all layers as a graph of modules.

Which matrix is which follows from the graph's edges: files of 2015 have no names, and the order is that of a traversal.
Gates are i f o g in an LSTM. A GRU resets before its product, and its z is one minus ours. Inputs are one-hot.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tempera.models.importing.mapped_file import MappedFile
from tempera.models.importing.network import (
    LSTM_GATES,
    Floats,
    ImportedNetwork,
    Layer,
    Losses,
    finite,
    gates_in_our_order,
    mean_of_recent,
    network,
)
from tempera.models.importing.nn_graph import Graph
from tempera.models.importing.torch_objects import Table, check_dropout, part, table, weight

STRANGE = "holds a network that is none of char-rnn's three"


@dataclass(frozen=True)
class Sum:
    """What a gate, or all gates of an LSTM, get from a layer's input and from its state."""

    place: int
    state: int  # which input of the network the state is
    input: int  # places of the two matrices
    recurrent: int


def char_rnn(file: MappedFile, top: Table) -> ImportedNetwork:
    """Return the network in a file of char-rnn; raises BadCheckpoint."""
    graph = Graph(file, part(table(top, "protos"), "rnn"))
    for module in graph.modules():
        check_dropout(file, module)
    sums = [found for place in graph.of_kind("nn.CAddTable") if (found := _sum(file, graph, place))]
    layers = [[each for each in sums if each.state == state] for state in sorted({each.state for each in sums})]
    used = {place for each in sums for place in (each.input, each.recurrent)}
    (decoder, *others) = [place for place in graph.of_kind("nn.Linear") if place not in used] or [-1]
    if others or decoder < 0 or not layers:
        raise file.bad(STRANGE)
    output = _matrix(file, graph, decoder)
    cells = [_layer(file, graph, each, output[0].shape[1]) for each in layers]
    if len({cell for cell, _ in cells}) != 1:
        raise file.bad(STRANGE)
    tokens = _tokens(file, table(top, "vocab"))
    layers_read = [layer for _, layer in cells]
    return network(file, "char-rnn", cells[0][0], tokens, None, layers_read, output, _losses(top))


def _tokens(file: MappedFile, vocabulary: Table) -> list[str]:
    """Return the tokens by id: the vocabulary has their numbers from 1 on."""
    numbers = {number: token for token, number in vocabulary.items() if isinstance(token, str)}
    if not numbers or sorted(numbers) != list(range(1, len(vocabulary) + 1)):
        raise file.bad("has no vocabulary whose numbers go from 1 to its size")
    return [numbers[number] for number in range(1, len(numbers) + 1)]


def _losses(top: Table) -> Losses:
    return Losses(
        finite(top.get("epoch")), mean_of_recent(table(top, "train_losses").pairs), finite(top.get("val_loss"))
    )


def _sum(file: MappedFile, graph: Graph, place: int) -> Sum | None:
    """Return the sum of two matrices' products at a place, None if it adds something else."""
    matrices = graph.nodes[place].before
    if len(matrices) != 2 or any(graph.nodes[each].kind != "nn.Linear" for each in matrices):
        return None
    states = [_state(graph, source) for each in matrices for source in graph.sources(each)]
    match states:
        case [None, int(state)]:
            return Sum(place, state, *matrices)
        case [int(state), None]:
            return Sum(place, state, matrices[1], matrices[0])
    raise file.bad(STRANGE)


def _state(graph: Graph, place: int) -> int | None:
    """Return which state is at a place, also if a GRU has reset it; None for anything else."""
    node = graph.nodes[place]
    if node.kind == "nn.CMulTable":
        return next((state for each in graph.sources(place) if (state := graph.nodes[each].select)), None)
    return node.select if node.select and node.select > 1 else None  # the first is the character


def _layer(file: MappedFile, graph: Graph, sums: Sequence[Sum], units: int) -> tuple[str, Layer]:
    """Return a layer's cell and weights."""
    if len(sums) == 3:
        return "gru-reset-before", _gru(file, graph, sums)
    whole = _weights(file, graph, sums[0])
    if len(sums) == 1 and len(whole.weight_hh) == units:
        return "rnn", whole
    if len(sums) == 1 and len(whole.weight_hh) == 4 * units:
        return "lstm", Layer(*(gates_in_our_order(each, units, LSTM_GATES) for each in vars(whole).values()))
    raise file.bad(STRANGE)


def _gru(file: MappedFile, graph: Graph, sums: Sequence[Sum]) -> Layer:
    """Return r, z and the candidate: the one whose state has been reset, by what r is the sigmoid of."""
    multiplied = {each: graph.sources(each.recurrent)[0] for each in sums}
    candidates = [each for each in sums if graph.nodes[multiplied[each]].kind == "nn.CMulTable"]
    if len(candidates) != 1:
        raise file.bad(STRANGE)
    gates = [each for each in sums if each is not candidates[0]]
    resetting = graph.sources(multiplied[candidates[0]])
    resets = [each for each in gates if set(graph.readers(each.place)) & set(resetting)]
    if len(resets) != 1:
        raise file.bad(STRANGE)
    updates = [each for each in gates if each is not resets[0]]
    reset, update, candidate = (vars(_weights(file, graph, each)) for each in (resets[0], updates[0], candidates[0]))
    return Layer(*(np.concatenate([reset[name], -update[name], candidate[name]]) for name in reset))


def _weights(file: MappedFile, graph: Graph, each: Sum) -> Layer:
    (weight_ih, bias_ih), (weight_hh, bias_hh) = (_matrix(file, graph, place) for place in (each.input, each.recurrent))
    return Layer(weight_ih, weight_hh, bias_ih, bias_hh)


def _matrix(file: MappedFile, graph: Graph, place: int) -> tuple[Floats, Floats]:
    module = graph.nodes[place].module
    return weight(file, module, "weight", 2), weight(file, module, "bias", 1)
