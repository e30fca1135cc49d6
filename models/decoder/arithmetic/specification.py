"""The decoder's exact arithmetic: what every implementation computes, to the last bit, on every machine. NumPy only.

Matrix products are in integers. Every other operation is rounded in fp32, half to even, in the order written (no fused
multiply-add). Sampling is in integers (see sampling.py). This determines the text of a seed; if a bit of it changes,
tempera.models.arithmetic.ARITHMETIC needs a new name.

Shapes: R rows (texts), H units, G gates, V vocabulary. Gates are i f g o (LSTM), r z n (both GRUs), h (plain).
1 / (1 + exp2(y)) with y = -log2(e) * input is the input's sigmoid; (1 - exp2(y)) / (1 + exp2(y)) with y doubled is its
tanh. Both factors are included in scales, table and biases. Hidden states are multiples (levels) of 1/127.
"""

import numpy as np
from numpy.typing import NDArray

F = np.float32
Floats = NDArray[np.float32]
Levels = NDArray[np.int8]
LOG2E = 1.4426950408889634
# Coefficients of 2**f on [-1/2, 1/2], relative error 1.9e-7. The first is 1, so that integer powers are exact.
EXP2 = tuple(
    F(float.fromhex(digits))
    for digits in ("1", "0x1.62e42ap-1", "0x1.ebf9bcp-3", "0x1.c6b752p-5", "0x1.3cea88p-7", "0x1.5bba14p-10")
)


def exp2(x: Floats) -> Floats:
    """2**x, clamped to 2**-125 (so that no result is subnormal) and 2**40 (so that a product of three is finite)."""
    x = np.minimum(np.maximum(x, F(-125)), F(40))
    n = np.rint(x)
    f = x - n
    power = EXP2[5] * f + EXP2[4]
    for coefficient in EXP2[3::-1]:
        power = power * f + coefficient
    exponents = n.astype(np.int32) << 23
    return (power.view(np.int32) + exponents).view(F)  # times 2**n


def lstm(inputs: Floats, recurrent: Floats, memory: Floats) -> tuple[Levels, Floats]:
    """inputs, recurrent (R, 4H), memory (R, H): -2 log2(e) times the cell state -> levels, memory."""
    i, f, g, o = _gates(exp2(recurrent + inputs), 4)
    i, f, o = i + F(1), f + F(1), o + F(1)
    ig = i * (g + F(1))
    memory = np.divide(memory * ig + (g - F(1)) * F(2 * LOG2E) * f, ig * f)
    c = exp2(memory)
    return np.rint((F(127) - c * F(127)) / ((c + F(1)) * o)).astype(np.int8), memory


def gru(inputs: Floats, recurrent: Floats, memory: Floats, reset_bias: Floats) -> tuple[Levels, Floats]:
    """inputs, recurrent (R, 3H), memory (R, H): the hidden state in levels, unrounded -> levels, memory."""
    size = memory.shape[1]
    r, z = _gates(exp2(recurrent[:, : 2 * size] + inputs[:, : 2 * size]), 2)
    reset = (recurrent[:, 2 * size :] + reset_bias) / (r + F(1))
    return _mixed(z, exp2(reset + inputs[:, 2 * size :]), memory)


def reset_before(inputs: Floats, recurrent: Floats, memory: Floats) -> tuple[Levels, Floats]:
    """inputs, recurrent (R, 2H): of r and z; memory (R, H) as a GRU's -> r * h in levels, and z for `candidate`.

    The state that is reset is the unrounded one, so that it is rounded only once.
    """
    r, z = _gates(exp2(recurrent + inputs), 2)
    return np.rint(memory / (r + F(1))).astype(np.int8), z


def candidate(inputs: Floats, recurrent: Floats, z: Floats, memory: Floats) -> tuple[Levels, Floats]:
    """inputs, recurrent (R, H): of n, the latter from `reset_before`; z, memory (R, H) -> levels, memory."""
    return _mixed(z, exp2(recurrent + inputs), memory)


def _mixed(z: Floats, n: Floats, memory: Floats) -> tuple[Levels, Floats]:
    """z, n: powers -> what a GRU keeps and adds: levels, memory."""
    memory = np.divide(z * (F(127) - n * F(127)) + memory * (n + F(1)), (n + F(1)) * (z + F(1)))
    return np.rint(memory).astype(np.int8), memory


def plain(inputs: Floats, recurrent: Floats) -> tuple[Levels, Floats]:
    """inputs, recurrent (R, H) -> levels, and the same unrounded."""
    memory = tanh127(recurrent + inputs)
    return np.rint(memory).astype(np.int8), memory


def _gates(values: Floats, count: int) -> list[Floats]:
    size = values.shape[1] // count
    return [values[:, gate * size :][:, :size] for gate in range(count)]


def tanh127(y: Floats) -> Floats:
    """y = -2 log2(e) x -> 127 tanh(x)."""
    n = exp2(y)
    return (F(127) - n * F(127)) / (n + F(1))
