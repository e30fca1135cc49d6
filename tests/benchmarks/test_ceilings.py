"""The ceilings beside which decoding speeds stand."""

from pathlib import Path

import pytest

from benchmarks import ceilings
from benchmarks.ceilings import Ceilings, NoCeilings, compiled, kernel_flags, weight_bytes
from tempera.models.decoder.implementations.kernel import VARIANTS, Kernel
from tempera.models.decoder.implementations.selection import LIBRARIES
from tempera.models.decoder.implementations.specified import SpecifiedNetwork
from tempera.models.formats.card import Architecture
from tempera.models.networks.rnn import CharRNN


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_roofline_counts_the_weights_that_a_step_multiplies(cell: str) -> None:
    shape = Architecture.model_validate({"cell": cell, "layers": 3, "hidden_size": 8, "embedding_size": 5})
    weights = CharRNN(shape, 13).state_dict()
    read = {name for name in weights if "weight" in name} - {"embedding.weight", "layers.0.weight_ih"}
    assert weight_bytes(shape, 13) == sum(weights[name].numel() for name in read)


def variants() -> tuple[str, ...]:
    """Return what this processor runs."""
    path = next((path for path in LIBRARIES if path.exists()), None)
    return Kernel(path).variants if path else VARIANTS[:1]


@pytest.mark.slow
@pytest.mark.parametrize("variant", variants())
def test_every_variant_reads_and_multiplies(variant: str) -> None:
    try:
        measured = Ceilings(variant)
    except NoCeilings:
        pytest.skip("there is no C compiler")
    # What reads or multiplies nothing is faster than any memory or core, and what goes byte by byte much slower.
    assert 1e8 < measured.bytes_per_second(2**20) < 2e12
    assert 1e8 < measured.products_per_second() < 1e14


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["no-such-compiler", "false"])
def test_without_a_compiler_that_works_there_are_none(
    compiler: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ceilings, "compilers", lambda: [compiler])
    with pytest.raises(NoCeilings):
        compiled(tmp_path / "ceilings.so")


def test_they_are_compiled_as_the_kernel_is() -> None:
    assert "-ffp-contract=off" in kernel_flags()


def test_the_specification_has_none() -> None:
    with pytest.raises(NoCeilings, match="not the kernel"):
        Ceilings(SpecifiedNetwork.variant)
