"""The decoder's arithmetic, exactly: what every implementation gives, to the last bit, on every machine. NumPy alone.

Products are whole numbers. Every other operation is rounded by itself in fp32, half to even, in the order written
(no fused multiply-add). The draw is made in whole numbers. This is what a seed means; whoever changes a bit of it
gives models.arithmetic.ARITHMETIC a new name.

Shapes: R rows (texts), H units, G gates, V vocabulary. Gates are i f g o (LSTM), r z n (GRU), h (plain).
1 / (1 + exp2(y)) with y = -log2(e) * input is the input's sigmoid; (1 - exp2(y)) / (1 + exp2(y)) with y doubled is its
tanh. Both factors are part of scales, table and biases. Hidden states are levels of 1/127.
"""

import numpy as np
from numpy.typing import NDArray

F = np.float32
Floats = NDArray[np.float32]
Levels = NDArray[np.int8]
LOG2E = 1.4426950408889634
# Coefficients of 2**f on [-1/2, 1/2], relative error 1.9e-7. The first is 1: powers of whole numbers are exact.
EXP2 = tuple(
    F(float.fromhex(digits))
    for digits in ("1", "0x1.62e42ap-1", "0x1.ebf9bcp-3", "0x1.c6b752p-5", "0x1.3cea88p-7", "0x1.5bba14p-10")
)
GREEDY = F(1e29)  # stands for log2(e) / 0
ONE = F(2.0**30)  # weight of the likeliest token


def exp2(x: Floats) -> Floats:
    """2**x, between 2**-125 (no result is subnormal) and 2**40 (a product of three stays finite)."""
    x = np.minimum(np.maximum(x, F(-125)), F(40))
    n = np.rint(x)
    f = x - n
    power = EXP2[5] * f + EXP2[4]
    for coefficient in EXP2[3::-1]:
        power = power * f + coefficient
    exponents = n.astype(np.int32) << 23
    return (power.view(np.int32) + exponents).view(F)  # times 2**n


def lstm(below: Floats, recurrent: Floats, memory: Floats) -> tuple[Levels, Floats]:
    """below, recurrent (R, 4H), memory (R, H): -2 log2(e) times the cell state -> levels, memory."""
    i, f, g, o = _gates(exp2(recurrent + below), 4)
    i, f, o = i + F(1), f + F(1), o + F(1)
    ig = i * (g + F(1))
    memory = np.divide(memory * ig + (g - F(1)) * F(2 * LOG2E) * f, ig * f)
    c = exp2(memory)
    return np.rint((F(127) - c * F(127)) / ((c + F(1)) * o)).astype(np.int8), memory


def gru(below: Floats, recurrent: Floats, memory: Floats, reset_bias: Floats) -> tuple[Levels, Floats]:
    """below, recurrent (R, 3H), memory (R, H): the hidden state in levels, not rounded -> levels, memory."""
    size = memory.shape[1]
    r, z = _gates(exp2(recurrent[:, : 2 * size] + below[:, : 2 * size]), 2)
    reset = (recurrent[:, 2 * size :] + reset_bias) / (r + F(1))
    n = exp2(reset + below[:, 2 * size :])
    memory = np.divide(z * (F(127) - n * F(127)) + memory * (n + F(1)), (n + F(1)) * (z + F(1)))
    return np.rint(memory).astype(np.int8), memory


def plain(below: Floats, recurrent: Floats) -> tuple[Levels, Floats]:
    """below, recurrent (R, H) -> levels, and the same before they are rounded."""
    memory = tanh127(recurrent + below)
    return np.rint(memory).astype(np.int8), memory


def _gates(values: Floats, count: int) -> list[Floats]:
    size = values.shape[1] // count
    return [values[:, gate * size :][:, :size] for gate in range(count)]


def tanh127(y: Floats) -> Floats:
    """y = -2 log2(e) x -> 127 tanh(x)."""
    n = exp2(y)
    return (F(127) - n * F(127)) / (n + F(1))


def inverse_temperature(temperature: float) -> np.float32:
    """T, 0 = greedy -> log2(e) / T, by which logits are multiplied."""
    return F(min(LOG2E / temperature, float(GREEDY))) if temperature else GREEDY


def share(total: int, part: int) -> int:
    """floor(total * part / 2**32)."""
    return total * part >> 32


def next_id(logits: Floats, inverse_temperature: np.float32, top_k: int, top_p: int, uniform: int) -> int:
    """logits (V,), -inf = forbidden; top_k, top_p 0 = off; top_p and uniform in 2**-32, uniform 0 where T = 0."""
    weights = (exp2((logits - logits.max()) * inverse_temperature) * ONE).astype(np.int64)
    if top_k or top_p:
        weights = likeliest(weights, top_k, top_p)
    sums = weights.cumsum()
    return int(np.searchsorted(sums, share(int(sums[-1]), uniform), side="right"))


def likeliest(weights: NDArray[np.int64], top_k: int, top_p: int) -> NDArray[np.int64]:
    """Keep the k likeliest, of these the fewest that reach share p; of equals the lowest id comes first."""
    order = np.argsort(-weights, kind="stable")[: top_k or None]
    if top_p:
        sums = weights[order].cumsum()
        order = order[sums - weights[order] < max(1, share(int(sums[-1]), top_p))]  # by those before it
    kept = np.zeros_like(weights)
    kept[order] = weights[order]
    return kept
