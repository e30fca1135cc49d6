"""One step of an LSTM network as an ONNX graph, quantised to int8 and run by ONNX Runtime; needs the extra `bench`."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import quant_pre_process, quantize_dynamic
from torch import Tensor

from benchmarks.writing import TEMPERATURE, Write
from tempera.models.networks.rnn import CharRNN

OPSET, IR_VERSION = 17, 8
GATES = (0, 3, 1, 2)  # torch has i, f, g, o; ONNX has i, o, f, c (https://onnx.ai/onnx/operators/onnx__LSTM.html)


def onnx_int8(model: CharRNN, streams: int) -> Write:
    """Return a call that writes as the loops of `rivals` do; numpy draws the characters."""
    session = _session(onnx_model(model))
    names = [value.name for value in session.get_inputs()][1:]
    generator = np.random.default_rng(0)
    empty = np.zeros((1, streams, model.architecture.hidden_size), np.float32)

    def write(steps: int) -> list[list[int]]:
        ids, state = np.zeros(streams, np.int64), dict.fromkeys(names, empty)
        written = []
        for _ in range(steps):
            logits, *after = session.run(None, {"ids": ids, **state})
            ids, state = _drawn(logits, generator), dict(zip(names, after, strict=True))
            written.append(ids.tolist())
        return written

    return write


def _drawn(logits: NDArray[np.float32], generator: np.random.Generator) -> NDArray[np.int64]:
    cumulative = np.exp((logits - logits.max(1, keepdims=True)) / TEMPERATURE).cumsum(1)
    goals = generator.random((len(logits), 1)) * cumulative[:, -1:]
    ids: NDArray[np.int64] = (cumulative <= goals).sum(1)
    return ids


def _session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    """Quantise the weights of a model and open it, for one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        plain, ready, quantised = (Path(folder, f"{name}.onnx") for name in ("plain", "ready", "int8"))
        onnx.save(model, plain)
        quant_pre_process(plain, ready, skip_symbolic_shape=True)  # it takes the missing input "" for a cycle
        quantize_dynamic(ready, quantised, op_types_to_quantize=["LSTM", "MatMul"])
        return onnxruntime.InferenceSession(quantised, options, providers=["CPUExecutionProvider"])


def onnx_model(model: CharRNN) -> onnx.ModelProto:
    """Return one step in fp32: ids (rows,), each layer's h, c (1, rows, hidden) -> logits (rows, vocabulary), h, c."""
    layers, size = model.architecture.layers, model.architecture.hidden_size
    states = [f"{part}{index}" for index in range(layers) for part in "hc"]
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["rows"])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["rows", len(model.output.bias)])
    graph = helper.make_graph(
        list(_nodes(layers, size)),
        "step",
        [ids, *(_state(name, size) for name in states)],
        [logits, *(_state(f"next_{name}", size) for name in states)],
        [numpy_helper.from_array(value, name) for name, value in _tensors(model).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)


def _nodes(layers: int, size: int) -> Iterator[onnx.NodeProto]:
    node = helper.make_node
    yield node("Gather", ["embedding", "ids"], ["rows"])
    yield node("Unsqueeze", ["rows", "time"], ["x0"])
    for index in range(layers):
        before = [f"x{index}", f"W{index}", f"R{index}", f"B{index}", "", f"h{index}", f"c{index}"]
        yield node("LSTM", before, ["", f"x{index + 1}", f"next_c{index}"], hidden_size=size)
        yield node("Identity", [f"x{index + 1}"], [f"next_h{index}"])
    yield node("Squeeze", [f"x{layers}", "time"], ["hidden"])
    yield node("MatMul", ["hidden", "out"], ["scores"])
    yield node("Add", ["scores", "bias"], ["logits"])


def _tensors(model: CharRNN) -> dict[str, NDArray[Any]]:
    output = {"out": _array(model.output.weight.T), "bias": _array(model.output.bias)}
    tensors = {"embedding": _array(model.embedding.weight), "time": np.array([0])} | output
    for index, layer in enumerate(model.layers):
        tensors |= {f"{name}{index}": value for name, value in _lstm_weights(layer).items()}
    return tensors


def _state(name: str, size: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "rows", size])


def _lstm_weights(layer: object) -> dict[str, NDArray[np.float32]]:
    biases = [_gates(_array(getattr(layer, name))) for name in ("bias_ih", "bias_hh")]
    weights = {name: _array(getattr(layer, whose)) for name, whose in (("W", "weight_ih"), ("R", "weight_hh"))}
    return {name: _gates(value)[None] for name, value in weights.items()} | {"B": np.concatenate(biases)[None]}


def _gates(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([np.split(values, len(GATES))[gate] for gate in GATES])


def _array(values: Tensor) -> NDArray[np.float32]:
    return values.detach().contiguous().numpy()
