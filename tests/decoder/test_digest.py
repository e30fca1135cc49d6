"""Fixed texts and the numbers behind them are the same on every machine, as long as the arithmetic has its name."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tempera.models.arithmetic import ARITHMETIC
from tempera.models.decoder.implementations.selection import Implementation, best_implementation
from tempera.models.decoder.implementations.specified import SpecifiedNetwork
from tempera.models.decoder.networks.loading import load
from tempera.models.decoder.texts.batch import Batch
from tempera.models.engine.request import SampleRequest
from tempera.models.sampling_params import SamplingParams
from tests.decoder.cases import BUNDLED, outcome, small_cases

# By the arithmetic's name, and of bundled networks by what makes them. An entry never changes: another arithmetic has
# another name, and another network other digits.
DIGESTS: dict[str, str] = json.loads(Path(__file__).with_name("digests.json").read_text())
IMPLEMENTATIONS = {
    one.variant: one for one in (best_implementation(), Implementation("specification", None, SpecifiedNetwork))
}
DIALS: tuple[dict[str, Any], ...] = (
    {"temperature": 0.0},
    {"temperature": 0.8},
    {"temperature": 1.2, "top_k": 20},
    {"temperature": 2.0, "top_p": 0.9},
    {"temperature": 0.6, "finish": "sentence"},
)


def key_of(name: str) -> str:
    """Of weights and alphabets."""
    card = BUNDLED.card(name)
    made_of = card.weights_sha256 + json.dumps(card.alphabets, sort_keys=True)
    return f"{ARITHMETIC} {name} {hashlib.sha256(made_of.encode()).hexdigest()[:8]}"


def texts_digest(name: str, implementation: Implementation) -> str:
    """Of one text for each dial and language, all written together."""
    card = BUNDLED.card(name)
    batch = Batch(load(BUNDLED.folder / name, card.weights_sha256, implementation))
    texts: dict[int, str] = {}
    for language in range(len(card.languages)):
        for dial in DIALS:
            params = SamplingParams(length=150, seed=len(texts), **dial)
            request = SampleRequest(model=name, prompt="\n", language=language, params=params)
            batch.admit(len(texts), request)
            texts[len(texts)] = ""
    while batch.rows:
        for piece in batch.advance(16):
            texts[piece.key] = piece.onto(texts[piece.key])
    return hashlib.sha256(json.dumps(list(texts.values())).encode()).hexdigest()


def test_the_specifications_numbers_are_those_that_its_name_stands_for() -> None:
    digest = hashlib.sha256()
    for case in small_cases():
        for bits in outcome(case, SpecifiedNetwork(case.network)).bits():
            digest.update(bits)
    assert digest.hexdigest() == DIGESTS[ARITHMETIC]


@pytest.mark.parametrize("variant", IMPLEMENTATIONS)
@pytest.mark.parametrize("name", BUNDLED.names())
def test_the_bundled_networks_write_the_same_texts_everywhere(name: str, variant: str) -> None:
    assert texts_digest(name, IMPLEMENTATIONS[variant]) == DIGESTS[key_of(name)]
