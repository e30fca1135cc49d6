"""Networks and rows that go to the ends of the arithmetic, and what the specification gives for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.network import Ids, Network, State, Uniforms
from tempera.models.decoder.arithmetic.quantized import FACTORS, RESET_BEFORE, Quantized, Weights, quantized
from tempera.models.decoder.arithmetic.sampling import inverse_temperature
from tempera.models.decoder.arithmetic.specification import Floats
from tempera.models.decoder.networks.weights import read_weights
from tempera.models.formats.checkpoint_files import WEIGHTS_FILE
from tempera.models.library import Library

BUNDLED = Library(Path(__file__).parents[2] / "models" / "checkpoints")
TEMPERATURES = (0.8, 0, 2, 0.1, 1)
TOP_KS = (0, 0, 5, 40, 1, 0, 10_000)
MIN_PS = (0.02, 0.0, 0.5, 1.0)
TOP_PS = (0, 0.9, 0, 0.5, 0.97, 0.999, 0, 2**-32, 0)


def random_weights(cell: str, vocabulary: int, embedding: int, units: int, layers: int, scale: float = 1.0) -> Weights:
    """Uniform weights, the same on every machine."""
    gates, parts, draw = len(FACTORS[cell]), 2 if cell == "lstm" else 1, np.random.default_rng(vocabulary + units)

    def numbers(*shape: int, by: float = 1.0) -> NDArray[np.float16]:
        return (draw.integers(-(2**15), 2**15, shape) / 2**15 * by * scale).astype(np.float16)

    weights = {
        "initial": numbers(2, layers, parts, units, by=2),
        "embedding.weight": numbers(vocabulary, embedding, by=2),
    }
    for layer in range(layers):
        width = units if layer else embedding
        weights |= {
            f"layers.{layer}.weight_ih": numbers(gates * units, width, by=2 * width**-0.5),
            f"layers.{layer}.weight_hh": numbers(gates * units, units, by=2 * units**-0.5),
            f"layers.{layer}.bias_ih": numbers(gates * units, by=0.5),
            f"layers.{layer}.bias_hh": numbers(gates * units, by=0.5),
        }
    return weights | {"output.weight": numbers(vocabulary, units, by=0.4), "output.bias": numbers(vocabulary, by=0.5)}


@dataclass(frozen=True)
class Case:
    """A network, rows that it writes, and for how long."""

    name: str
    network: Quantized
    rows: int
    steps: int
    min_ps: tuple[float, ...] = (0.0,)  # of one row after the other

    @property
    def vocabulary(self) -> int:
        """How many ids there are."""
        return len(self.network.output_bias)

    @property
    def uniforms(self) -> Uniforms:
        """The draws, the largest among them; 0 where T = 0."""
        uniforms = np.random.default_rng(self.rows).integers(0, 2**32, (self.steps, self.rows), dtype=np.uint32)
        uniforms[0, :2] = 2**32 - 1
        uniforms[:, [TEMPERATURES[row % 5] == 0 for row in range(self.rows)]] = 0
        return uniforms

    def adjust(self, network: Network) -> None:
        """Two contexts: all ids, or half of them; which one comes next hangs on the id."""
        draw = np.random.default_rng(self.vocabulary)
        forbidden = np.stack([np.zeros(self.vocabulary, np.bool_), draw.integers(0, 2, self.vocabulary) > 0])
        forbidden[1, 0] = False
        network.adjust(
            np.where(forbidden, np.float32(-np.inf), np.float32(0)),
            draw.integers(0, 2, (2, self.vocabulary)).astype(np.int32),
        )

    def state(self, network: Network) -> State:
        """Rows of every temperature, top-k and top-p, in both contexts and all languages."""
        rows = range(self.rows)
        state = network.begin(np.array([row % network.languages for row in rows]))
        state.ids[:] = [row * 7 % self.vocabulary for row in rows]
        state.context[:] = [row % 2 for row in rows]
        state.sampling["inverse_temperature"] = [inverse_temperature(TEMPERATURES[row % 5]) for row in rows]
        state.sampling["top_k"] = [min(TOP_KS[row % 7], self.vocabulary) for row in rows]
        state.sampling["top_p"] = [int(TOP_PS[row % 9] * 2**32) for row in rows]
        state.sampling["min_weight"] = [int(self.min_ps[row % len(self.min_ps)] * 2**30) for row in rows]
        if self.rows > 2:
            state.memory[1, :, : self.network.units] = 1e-40  # subnormal
            state.memory[2, :, : self.network.units] = -1e4  # and far beyond what any gate lets in
        return state


@dataclass(frozen=True)
class Outcome:
    """What a network gives for a case."""

    written: Ids
    logits: Floats
    hidden: NDArray[np.int8]
    memory: Floats
    context: Ids

    def bits(self, rows: Any = slice(None), units: int | None = None) -> list[bytes]:
        """All numbers of some rows, of so many units."""
        arrays = (
            self.written[:, rows], self.logits[:, rows], self.hidden[rows][..., :units], self.memory[rows][..., :units],
            self.context[rows],
        )  # fmt: skip
        return [np.ascontiguousarray(array).tobytes() for array in arrays]


def outcome(case: Case, network: Network, rows: Any = slice(None)) -> Outcome:
    """Write some rows of a case, in two chunks, then read what was written from the beginning."""
    case.adjust(network)
    state, uniforms = case.state(network).rows(rows), np.ascontiguousarray(case.uniforms[:, rows])
    first, third = state.ids.copy(), case.steps // 3
    written = np.concatenate(
        [network.write(state, uniforms[:third].copy()), network.write(state, uniforms[third:].copy())]
    )
    given = np.concatenate([first[None], written[:-1]])
    again = case.state(network).rows(rows)
    return Outcome(written, network.logits(again, given), state.hidden, state.memory, state.context)


def small_cases() -> Iterator[Case]:
    """Every cell, odd sizes, saturated and flat networks, vocabularies of 3 to 3,000."""
    yield Case("lstm 2x64", quantized("lstm", random_weights("lstm", 65, 20, 64, 2)), 13, 30)
    yield Case("lstm 3x40, saturated", quantized("lstm", random_weights("lstm", 17, 9, 40, 3, 8.0)), 13, 60)
    yield Case("lstm 1x7, three ids", quantized("lstm", random_weights("lstm", 3, 5, 7, 1)), 5, 60)
    yield Case("gru 2x100", quantized("gru", random_weights("gru", 70, 33, 100, 2)), 19, 40)
    yield Case("gru 2x64, saturated", quantized("gru", random_weights("gru", 300, 16, 64, 2, 20.0)), 9, 40)
    yield Case("plain 2x96", quantized("rnn", random_weights("rnn", 130, 20, 96, 2)), 10, 40)
    yield Case("plain 1x16, saturated", quantized("rnn", random_weights("rnn", 33, 8, 16, 1, 30.0)), 3, 40)
    # Every id is as likely as any other, and what is in memory halves at each step, until it is subnormal.
    yield Case("lstm 1x16, all zero", quantized("lstm", random_weights("lstm", 40, 5, 16, 1, 0.0)), 21, 12)
    yield Case("gru 1x16, all zero", quantized("gru", random_weights("gru", 40, 5, 16, 1, 0.0)), 21, 12)
    yield Case("lstm 1x48, 3,000 ids, flat", quantized("lstm", random_weights("lstm", 3000, 16, 48, 1, 0.2)), 36, 12)


def every_case() -> Iterator[Case]:
    """Yield all of them, also those that came after the digest of the small ones had been taken."""
    yield from small_cases()
    yield Case("lstm 2x64, min-p", quantized("lstm", random_weights("lstm", 65, 20, 64, 2)), 13, 30, MIN_PS)
    for layers, units, scale in ((1, 16, 0.0), (1, 7, 1.0), (2, 100, 1.0), (2, 64, 1.0), (3, 40, 8.0)):
        weights = random_weights(RESET_BEFORE, 70, 20, units, layers, scale)
        name = f"{RESET_BEFORE} {layers}x{units}, times {scale:g}"
        yield Case(name, quantized(RESET_BEFORE, weights), 19, 40, MIN_PS)
    yield Case("gru 1x48, 3,000 ids, min-p", quantized("gru", random_weights("gru", 3000, 16, 48, 1)), 36, 12, MIN_PS)


def bundled_case(name: str) -> Case:
    """A network that comes with the project."""
    card = BUNDLED.card(name)
    weights = read_weights(BUNDLED.folder / name / WEIGHTS_FILE, card.shapes, card.weights_sha256)
    return Case(name, quantized(card.architecture.cell, weights), 11, 24)
