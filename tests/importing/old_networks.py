"""Networks of char-rnn and torch-rnn with random weights: their files, and what they compute, in their own terms."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.importing.torch7_writer import Cuda, Thing, torch7_bytes

Array = NDArray[Any]
Ids = list[int]
LETTERS = "\n abcdefghijklmnopqrstuvwxyz.?"


@dataclass
class OldNetwork:
    """A file's content, and the logits that its program would compute for ids (time, V)."""

    content: bytes
    logits: Callable[[Ids], Array]
    top: dict[str, Any]


def sigmoid(values: Array) -> Array:
    return 1 / (1 + np.exp(-values))


class Weights:
    """Draws matrices and biases in fp32, large enough for every gate to matter."""

    def __init__(self, seed: int) -> None:
        self._draw = np.random.default_rng(seed)

    def __call__(self, *shape: int) -> Array:
        return self._draw.normal(0, 0.7, shape).astype(np.float32)


class Linear:
    """nn.Linear."""

    def __init__(self, draw: Weights, inputs: int, outputs: int) -> None:
        self.weight, self.bias = draw(outputs, inputs), draw(outputs)

    def __call__(self, x: Array) -> Array:
        return self.weight @ x + self.bias

    def module(self, wrap: Callable[[Array], Any]) -> Thing:
        return Thing("nn.Linear", {"weight": wrap(self.weight), "bias": wrap(self.bias), "gradBias": None})


class GraphWriter:
    """Builds a graph of modules as nngraph does, and hands its nodes out in another order."""

    def __init__(self, states: int, wrap: Callable[[Array], Any]) -> None:
        self._wrap = wrap
        self._nodes: list[dict[str, Any]] = []
        split = self._node({})
        self.inputs = [self._node({"selectindex": index + 1}, split) for index in range(states + 1)]
        self.inputs = [self("nn.Identity", each) for each in self.inputs]

    def _node(self, data: dict[str, Any], *before: dict[str, Any]) -> dict[str, Any]:
        data["mapindex"] = {index + 1: each for index, each in enumerate(before)}
        self._nodes.append(data)
        return data

    def __call__(self, module: str | Linear, *before: dict[str, Any]) -> dict[str, Any]:
        thing = Thing(module, {"p": 0.5, "v2": True}) if isinstance(module, str) else module.module(self._wrap)
        return self._node({"module": thing}, *before)

    def finished(self, *outputs: dict[str, Any]) -> Thing:
        self._node({}, *outputs)
        nodes = [Thing("nngraph.Node", {"data": data}) for data in self._nodes]
        random.Random(1).shuffle(nodes)
        return Thing("nn.gModule", {"forwardnodes": dict(enumerate(nodes, 1)), "nInputs": 2})


def lstm_step(c: Array, sums: Array) -> tuple[Array, Array]:
    i, f, o, g = np.split(sums, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def char_rnn(
    cell: str, layers: int = 2, units: int = 7, vocabulary: str | list[bytes] = LETTERS, *, wrap: Any = np.asarray
) -> OldNetwork:
    """A network of karpathy/char-rnn, whose files hold GPU tensors with `wrap=Cuda`."""
    size, draw = len(vocabulary), Weights(3)
    gates, parts = {"lstm": (4, 2), "gru": (1, 1), "rnn": (1, 1)}[cell]
    count = 3 if cell == "gru" else 1
    pairs = [
        [
            (Linear(draw, units if layer else size, gates * units), Linear(draw, units, gates * units))
            for _ in range(count)
        ]
        for layer in range(layers)
    ]
    decoder = Linear(draw, units, size)
    graph = GraphWriter(layers * parts, wrap)
    below, outputs = graph("OneHot", graph.inputs[0]), []
    for layer, each in enumerate(pairs):
        below = graph("nn.Dropout", below) if layer else below
        state = graph.inputs[layer * parts + parts]  # of an LSTM c comes before h
        made = GRAPHS[cell](graph, below, state, graph.inputs[layer * parts + 1], each)
        outputs += made
        below = made[-1]
    scores = graph("nn.LogSoftMax", graph(decoder, graph("nn.Dropout", below)))

    def logits(ids: Ids) -> Array:
        h, c = np.zeros((layers, units)), np.zeros((layers, units))
        found = []
        for index in ids:
            x = np.eye(size)[index]
            for layer, each in enumerate(pairs):
                h[layer], c[layer] = CELLS[cell](x, h[layer], c[layer], each)
                x = h[layer]
            found.append(decoder(x))
        return np.array(found)

    top = {
        "protos": {"rnn": graph.finished(*outputs, scores), "criterion": Thing("nn.ClassNLLCriterion")},
        "opt": {"model": cell, "rnn_size": units, "num_layers": layers},
        "vocab": {token: index + 1 for index, token in enumerate(vocabulary)},
        "train_losses": dict.fromkeys(range(1, 30), 1.5),
        "val_losses": {1000: 1.75},
        "val_loss": 1.75,
        "epoch": 12.5,
        "i": 29,
    }
    return OldNetwork(torch7_bytes(top), logits, top)


def _lstm_graph(graph: GraphWriter, x: Any, h: Any, c: Any, pairs: Any) -> list[Any]:
    ((i2h, h2h),) = pairs
    sums = graph("nn.SplitTable", graph("nn.Reshape", graph("nn.CAddTable", graph(i2h, x), graph(h2h, h))))
    i, f, o, g = (graph(kind, sums) for kind in ("nn.Sigmoid", "nn.Sigmoid", "nn.Sigmoid", "nn.Tanh"))
    after = graph("nn.CAddTable", graph("nn.CMulTable", f, c), graph("nn.CMulTable", i, g))
    return [after, graph("nn.CMulTable", o, graph("nn.Tanh", after))]


def _gru_graph(graph: GraphWriter, x: Any, h: Any, _c: Any, pairs: Any) -> list[Any]:
    (update, update_h), (reset, reset_h), (new, new_h) = pairs
    z = graph("nn.Sigmoid", graph("nn.CAddTable", graph(update, x), graph(update_h, h)))
    r = graph("nn.Sigmoid", graph("nn.CAddTable", graph(reset, x), graph(reset_h, h)))
    sums = graph("nn.CAddTable", graph(new, x), graph(new_h, graph("nn.CMulTable", r, h)))
    kept = graph("nn.CMulTable", graph("nn.AddConstant", graph("nn.MulConstant", z)), h)
    return [graph("nn.CAddTable", graph("nn.CMulTable", z, graph("nn.Tanh", sums)), kept)]


def _rnn_graph(graph: GraphWriter, x: Any, h: Any, _c: Any, pairs: Any) -> list[Any]:
    ((i2h, h2h),) = pairs
    return [graph("nn.Tanh", graph("nn.CAddTable", graph(i2h, x), graph(h2h, h)))]


def _lstm(x: Array, h: Array, c: Array, pairs: Any) -> tuple[Array, Array]:
    ((i2h, h2h),) = pairs
    return lstm_step(c, i2h(x) + h2h(h))


def _gru(x: Array, h: Array, c: Array, pairs: Any) -> tuple[Array, Array]:
    (update, update_h), (reset, reset_h), (new, new_h) = pairs
    z, r = sigmoid(update(x) + update_h(h)), sigmoid(reset(x) + reset_h(h))
    return z * np.tanh(new(x) + new_h(r * h)) + (1 - z) * h, c


def _rnn(x: Array, h: Array, c: Array, pairs: Any) -> tuple[Array, Array]:
    ((i2h, h2h),) = pairs
    return np.tanh(i2h(x) + h2h(h)), c


GRAPHS = {"lstm": _lstm_graph, "gru": _gru_graph, "rnn": _rnn_graph}
CELLS = {"lstm": _lstm, "gru": _gru, "rnn": _rnn}


def torch_rnn(
    cell: str, layers: int = 2, units: int = 7, tokens: tuple[str, ...] = tuple(LETTERS), *, is_normalized: bool = False
) -> OldNetwork:
    """A network of jcjohnson/torch-rnn."""
    draw, size, width = Weights(5), len(tokens), 5
    gates = 4 if cell == "lstm" else 1
    embedding, decoder = draw(size, width), Linear(draw, units, size)
    weights = [
        (draw((units if layer else width) + units, gates * units), draw(gates * units)) for layer in range(layers)
    ]
    norms = [(draw(units), draw(units), draw(units), draw(units) ** 2 + 0.1) for _ in range(layers)]
    modules = [Thing("nn.LookupTable", {"weight": embedding})]
    for (weight, bias), norm in zip(weights, norms, strict=True):
        modules.append(Thing("nn.LSTM" if cell == "lstm" else "nn.VanillaRNN", {"weight": weight, "bias": bias}))
        if is_normalized:
            parts = dict(zip(("weight", "bias", "running_mean", "running_var"), norm, strict=True))
            modules += [Thing("nn.View"), Thing("nn.BatchNormalization", parts | {"eps": 1e-5}), Thing("nn.View")]
        modules.append(Thing("nn.Dropout", {"p": 0.3, "v2": True}))
    modules += [Thing("nn.View"), decoder.module(np.asarray), Thing("nn.View")]

    def logits(ids: Ids) -> Array:
        h, c, found = np.zeros((layers, units)), np.zeros((layers, units)), []
        for index in ids:
            x: Array = embedding[index]
            for layer, (weight, bias) in enumerate(weights):
                sums = np.concatenate([x, h[layer]]) @ weight + bias
                h[layer], c[layer] = lstm_step(c[layer], sums) if gates == 4 else (np.tanh(sums), c[layer])
                gamma, beta, mean, variance = norms[layer]
                x = gamma * (h[layer] - mean) / np.sqrt(variance + 1e-5) + beta if is_normalized else h[layer]
            found.append(decoder(x))
        return np.array(found)

    known = {index + 1: token for index, token in enumerate(tokens)}
    model = {
        "idx_to_token": known,
        "rnn_size": units,
        "net": Thing("nn.Sequential", {"modules": dict(enumerate(modules, 1))}),
    }
    top = {
        "model": Thing("nn.LanguageModel", model),
        "val_loss_history": {1: 1.9, 2: 1.6},
        "train_loss_history": {1: 2.0, 2: 1.0},
    }
    return OldNetwork(torch7_bytes(top), logits, top)


def cuda(values: Array) -> Cuda:
    """Wrap a tensor as it stands in files that were written on a GPU."""
    return Cuda(values)
