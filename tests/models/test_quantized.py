"""Levels, scales and table are those of the written rule, to the last bit, however the work is cut up."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.quantized import FACTORS, ROWS, Weights, product, quantized
from tempera.models.decoder.arithmetic.specification import LOG2E, F


def random_weights(cell: str, units: int, vocabulary_size: int, scale: float) -> Weights:
    random, rows = np.random.default_rng(units), len(FACTORS[cell]) * units
    shapes = {
        "initial": (2, 1, 2, units),
        "embedding.weight": (vocabulary_size, 9),
        "layers.0.weight_ih": (rows, 9),
        "layers.0.weight_hh": (rows, units),
        "layers.0.bias_ih": (rows,),
        "layers.0.bias_hh": (rows,),
        "output.weight": (vocabulary_size, units),
        "output.bias": (vocabulary_size,),
    }
    return {name: (scale * random.normal(size=shape)).astype(F) for name, shape in shapes.items()}


def whole(values: NDArray[np.float32]) -> tuple[list[list[int]], int]:
    """Return whole numbers of Python, and how often they were doubled."""
    doubled = 20 - int(np.frexp(np.abs(values.astype(np.float64)).max())[1])
    return [[round(float(value) * 2.0**doubled) for value in row] for row in values], doubled


@pytest.mark.parametrize("scale", [1e-30, 1e-3, 1.0, 3e4])
@pytest.mark.parametrize("vocabulary_size", [1, ROWS, 2 * ROWS + 3])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_table_is_computed_in_whole_numbers(cell: str, vocabulary_size: int, scale: float) -> None:
    weights = random_weights(cell, 7, vocabulary_size, scale)
    (embedding, doubled), (weight, more) = whole(weights["embedding.weight"]), whole(weights["layers.0.weight_ih"])
    factor = np.repeat(-LOG2E * np.array(FACTORS[cell]), 7)
    below, recurrent = (weights[f"layers.0.bias_{name}"].astype(np.float64) for name in ("ih", "hh"))
    if cell == "gru":
        recurrent[-7:] = 0
    sums = [[sum(a * b for a, b in zip(one, other, strict=True)) for other in weight] for one in embedding]
    expected = (np.ldexp(np.array(sums, np.float64), -doubled - more) + (below + recurrent)) * factor
    largest = np.maximum(np.abs(expected).max(0), 2.0**-126)
    table = quantized(cell, weights).table
    assert table.levels.tobytes() == np.rint(expected / largest * (2**15 - 1)).astype(np.int16).tobytes()
    assert table.scale.tobytes() == (largest / (2**15 - 1)).astype(F).tobytes()


@pytest.mark.parametrize("outputs", [1, ROWS, 2 * ROWS + 3])
def test_each_output_has_its_own_step(outputs: int) -> None:
    weight = np.random.default_rng(1).normal(size=(outputs, 30)).astype(np.float16)
    weight[0] = 0
    found = product(weight, np.full(outputs, 3.0))
    for row, levels, scale in zip(weight.astype(np.float64), found.levels, found.scale, strict=True):
        step = max(np.abs(row).max(), 2.0**-126) / 127
        assert levels.tolist() == np.rint(row / step).tolist()
        assert scale == F(step / 127 * 3.0)
