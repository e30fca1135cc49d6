"""Quantize trained weights into what the specification uses: levels, scales, the first layer's table, biases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.specification import LOG2E, F, Floats, Levels, tanh127

# Times -log2(e), by gate: 2 for a tanh. A cell's position is its number in the kernel.
FACTORS = {"lstm": (1, 1, 2, 1), "gru": (1, 1, 2), "rnn": (2,), "gru-reset-before": (1, 1, 2)}
RESET_BEFORE = "gru-reset-before"
LEVELS, TABLE_LEVELS = 127, 2**15 - 1
LEAST_WEIGHT = 2.0**-126  # so that an output without weights has a step, too
TABLE_BITS = 20  # 20 + 20 bits and at most 2**12 terms: sums are exact in fp64, in any order
ROWS = 64  # at a time, so that they stay in the cache
Weights = Mapping[str, NDArray[Any]]  # by name, as in weights.safetensors, fp16 or fp32


@dataclass(frozen=True)
class Product:
    """Integer weights (levels), and the factor of their sums."""

    levels: Levels  # (outputs, inputs), -127 to 127
    scale: Floats  # (outputs,): step between levels / 127 * gate factor


@dataclass(frozen=True)
class Table:
    """The input of the first layer's gates by token: integers, and their factor."""

    levels: NDArray[np.int16]  # (V, G*H)
    scale: Floats  # (G*H,)


@dataclass(frozen=True)
class Quantized:
    """A quantized network; biases and table include the factors of their gates."""

    cell: str  # one of FACTORS
    table: Table
    recurrent: tuple[Product, ...]  # by layer, (G*H, H); of a GRU that resets before its product, r and z alone
    candidate: tuple[Product, ...]  # by layer, (H, H): that GRU's n, none for other cells
    input: tuple[Product, ...]  # from the second layer on, (G*H, H)
    bias: tuple[Floats, ...]  # from the second layer on, (G*H,)
    reset_bias: tuple[Floats, ...]  # by layer, (H,): of a GRU's n, inside the reset gate
    output: Product  # (V, H)
    output_bias: Floats  # (V,)
    initial: Floats  # (languages, layers, parts, H), in levels; the second part is an LSTM's memory

    @property
    def gates(self) -> int:
        """Number of gates per unit."""
        return len(FACTORS[self.cell])

    @property
    def units(self) -> int:
        """H."""
        return int(self.output.levels.shape[1])


def quantized(cell: str, weights: Weights) -> Quantized:
    """Quantize a network; the same weights give the same numbers on every machine."""
    layers = sum(name.endswith("weight_hh") for name in weights)
    units = weights["output.weight"].shape[1]
    factor = np.repeat(-LOG2E * np.array(FACTORS[cell]), units)
    biases = [_biases(cell, weights, layer, units) for layer in range(layers)]
    both = 2 * units if cell == RESET_BEFORE else len(factor)
    hidden = [weights[f"layers.{layer}.weight_hh"] for layer in range(layers)]
    return Quantized(
        cell=cell,
        table=_table(weights, biases[0][0], factor),
        recurrent=tuple(product(weight[:both], factor[:both]) for weight in hidden),
        candidate=tuple(product(weight[both:], factor[both:]) for weight in hidden if both < len(factor)),
        input=tuple(product(weights[f"layers.{layer}.weight_ih"], factor) for layer in range(1, layers)),
        bias=tuple((below * factor).astype(F) for below, _ in biases[1:]),
        reset_bias=tuple((reset * factor[-units:]).astype(F) for _, reset in biases),
        output=product(weights["output.weight"], np.float64(1)),
        output_bias=weights["output.bias"].astype(F),
        initial=_initial(cell, weights["initial"].astype(F)),
    )


def product(weight: NDArray[Any], factor: Any) -> Product:
    """weight (outputs, inputs), factor (outputs,) or a number -> levels with one step per output."""
    levels, steps = np.empty(weight.shape, np.int8), np.empty(len(weight))
    for start in range(0, len(weight), ROWS):
        exact = weight[start : start + ROWS].astype(np.float64)
        largest = np.maximum(exact.max(1), -exact.min(1))
        step = steps[start : start + ROWS] = np.maximum(largest, LEAST_WEIGHT) / LEVELS
        exact /= step[:, None]
        levels[start : start + ROWS] = np.rint(exact, out=exact)
    return Product(levels, (steps / LEVELS * factor).astype(F))


def _biases(cell: str, weights: Weights, layer: int, units: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the biases that are added to the layer's input (G*H,), and those inside a GRU's reset gate (H,)."""
    below = weights[f"layers.{layer}.bias_ih"].astype(np.float64)
    recurrent = weights[f"layers.{layer}.bias_hh"].astype(np.float64)
    reset = recurrent[-units:].copy()
    if cell == "gru":
        recurrent[-units:] = 0
    return below + recurrent, reset


def _table(weights: Weights, bias: NDArray[np.float64], factor: NDArray[np.float64]) -> Table:
    embedding, places = _fixed_point(weights["embedding.weight"])
    weight, more_places = _fixed_point(weights["layers.0.weight_ih"])
    weight *= 2.0 ** (-places - more_places)  # exact, and so are the products and their sums
    levels, steps = np.empty((len(embedding), len(weight)), np.int16), np.empty(len(weight))
    for start in range(0, len(weight), ROWS):
        some = slice(start, start + ROWS)
        exact = embedding @ weight[some].T
        exact += bias[some]
        exact *= factor[some]
        largest = np.maximum(exact.max(0), -exact.min(0))
        exact /= np.maximum(largest, LEAST_WEIGHT, out=steps[some])
        exact *= TABLE_LEVELS
        levels[:, some] = np.rint(exact, out=exact)
    return Table(levels, (steps / TABLE_LEVELS).astype(F))


def _fixed_point(values: NDArray[Any]) -> tuple[NDArray[np.float64], int]:
    """Return integers below 2**TABLE_BITS, and the number of bits by which they are shifted."""
    exact = values.astype(np.float64)
    places = TABLE_BITS - int(np.frexp(max(exact.max(), -exact.min()))[1])
    exact *= 2.0**places
    return np.rint(exact, out=exact), places


def _initial(cell: str, learned: Floats) -> Floats:
    """learned (languages, layers, parts, H) -> its tanh, in levels; an LSTM's memory in the cell's units."""
    levels = tanh127(F(-2 * LOG2E) * learned)
    if cell == "lstm":
        levels[:, :, 1] *= F(-2 * LOG2E / LEVELS)
    return levels
