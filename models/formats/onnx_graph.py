"""A network as an ONNX graph, with its state as input and output; needs the extra `export`.

Operators: onnx.ai/onnx/operators. They have our cells, with their gates in another order.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tempera.models.formats.card import Architecture, ModelCard

OPSET, IR_VERSION = 17, 8
# The operator, its attributes, and its gates in our order: it has i o f c, and z r h.
OPERATORS: Mapping[str, tuple[str, dict[str, Any], tuple[int, ...]]] = {
    "rnn": ("RNN", {}, (0,)),
    "gru": ("GRU", {"linear_before_reset": 1}, (1, 0, 2)),
    "gru-reset-before": ("GRU", {"linear_before_reset": 0}, (1, 0, 2)),
    "lstm": ("LSTM", {}, (0, 3, 1, 2)),
}
USE = """\
ids (time, rows) and state (layers, parts, rows, units) -> logits (time, rows, tokens) of what follows each id, and
next_state. A text starts in initial_state[language], which doesn't depend on the inputs: (languages, layers, parts,
units). An id is the index of a token in the metadata's `vocabulary`, which is JSON."""
Weights = Mapping[str, NDArray[Any]]


def onnx_model(card: ModelCard, weights: Weights) -> onnx.ModelProto:
    """Return the graph of a network; weights by name, as in its file."""
    shape = card.architecture
    tensors = {name: value.astype(np.float32) for name, value in weights.items()}
    state = [*shape.state_shape[:2], "rows", shape.hidden_size]
    graph = helper.make_graph(
        list(_nodes(shape)),
        card.name,
        [_info("ids", TensorProto.INT64, ["time", "rows"]), _info("state", TensorProto.FLOAT, state)],
        [
            _info("logits", TensorProto.FLOAT, ["time", "rows", len(card.vocabulary)]),
            _info("next_state", TensorProto.FLOAT, state),
            _info("initial_state", TensorProto.FLOAT, list(tensors["initial"].shape)),
        ],
        [numpy_helper.from_array(np.asarray(value, order="C"), name) for name, value in _constants(shape, tensors)],
        doc_string=USE,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    model.producer_name, model.doc_string = "tempera", USE
    helper.set_model_props(model, _metadata(card))
    onnx.checker.check_model(model)
    return model


def _metadata(card: ModelCard) -> dict[str, str]:
    vocabulary = card.tokens or tuple(card.characters)
    return {
        "name": card.name,
        "title": card.title,
        "licence": card.licence,
        "languages": json.dumps(card.languages),
        "unit": card.unit,
        "vocabulary": json.dumps(vocabulary, ensure_ascii=False),
        "weights_sha256": card.weights_sha256,
    }


def _info(name: str, kind: int, shape: list[Any]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def _nodes(shape: Architecture) -> Iterator[onnx.NodeProto]:
    yield helper.make_node("Gather", ["embedding", "ids"], ["x0"])
    for layer in range(shape.layers):
        yield from _layer_nodes(shape, layer)
    yield helper.make_node("Concat", [f"after{layer}" for layer in range(shape.layers)], ["next_state"], axis=0)
    yield helper.make_node("MatMul", [f"x{shape.layers}", "output"], ["scores"])
    yield helper.make_node("Add", ["scores", "output_bias"], ["logits"])
    yield helper.make_node("Identity", ["initial"], ["initial_state"])


def _layer_nodes(shape: Architecture, layer: int) -> Iterator[onnx.NodeProto]:
    """Yield a layer: its state (parts, rows, units), the operator, and its state afterwards."""
    operator, attributes, _ = OPERATORS[shape.cell]
    parts = [f"{part}{layer}" for part in "hc"[: shape.state_shape[1]]]
    yield helper.make_node("Gather", ["state", f"layer{layer}"], [f"before{layer}"])
    yield helper.make_node("Split", [f"before{layer}"], parts, axis=0)
    inputs = [f"x{layer}", f"W{layer}", f"R{layer}", f"B{layer}", "", *parts]
    after = [f"next_{part}" for part in parts]
    yield helper.make_node(operator, inputs, [f"y{layer}", *after], hidden_size=shape.hidden_size, **attributes)
    yield helper.make_node("Squeeze", [f"y{layer}", "direction"], [f"x{layer + 1}"])
    yield helper.make_node("Concat", after, [f"both{layer}"], axis=0)
    yield helper.make_node("Unsqueeze", [f"both{layer}", "first"], [f"after{layer}"])


def _constants(shape: Architecture, weights: Weights) -> Iterator[tuple[str, NDArray[Any]]]:
    yield "embedding", weights["embedding.weight"]
    yield "output", weights["output.weight"].T
    yield "output_bias", weights["output.bias"]
    yield "initial", np.tanh(weights["initial"])
    yield "direction", np.array([1])  # axis of an operator's output
    yield "first", np.array([0])
    for layer in range(shape.layers):
        matrices = [_reordered(shape, weights[f"layers.{layer}.weight_{part}"]) for part in ("ih", "hh")]
        biases = [_reordered(shape, weights[f"layers.{layer}.bias_{part}"]) for part in ("ih", "hh")]
        yield f"layer{layer}", np.array(layer)
        yield f"W{layer}", matrices[0][None]
        yield f"R{layer}", matrices[1][None]
        yield f"B{layer}", np.concatenate(biases)[None]


def _reordered(shape: Architecture, values: NDArray[Any]) -> NDArray[Any]:
    gates, (_, _, order) = np.split(values, shape.gates), OPERATORS[shape.cell]
    return np.concatenate([gates[gate] for gate in order])
