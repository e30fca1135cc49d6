"""Every kernel variant gives the specification's bits: all that this machine runs, from every compiler at hand."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tempera.models.decoder.arithmetic.quantized import quantized
from tempera.models.decoder.implementations.compiled import CompiledNetwork
from tempera.models.decoder.implementations.kernel import VARIANTS, Kernel
from tempera.models.decoder.implementations.selection import LIBRARIES, best_implementation
from tempera.models.decoder.implementations.specified import SpecifiedNetwork
from tests.decoder.builds import EXTENSION, ROOT, SOURCE, compiled
from tests.decoder.cases import BUNDLED, Case, Outcome, bundled_case, every_case, outcome, random_weights

SMALL = {case.name: case for case in every_case()}
COMPANIES = (slice(None), slice(0, 1), slice(-1, None), slice(0, 2), slice(1, 4), slice(None, None, 2), slice(0, 7))


@cache
def specified(name: str) -> Outcome:
    return outcome(SMALL[name], SpecifiedNetwork(SMALL[name].network))


def check(case: Case, expected: Outcome, kernel: Kernel, variants: tuple[str, ...], companies: Any = COMPANIES) -> None:
    """Compare some of a case's rows, in several companies."""
    for variant in variants:
        network = CompiledNetwork(case.network, kernel, variant)
        for rows in companies:
            found = outcome(case, network, rows).bits(units=case.network.units)
            assert found == expected.bits(rows), f"{case.name}, {variant}, rows {rows}"


@pytest.fixture(scope="module")
def installed() -> Kernel:
    """The kernel that decodes here."""
    path = next((path for path in LIBRARIES if path.exists()), None)
    if path is None:
        pytest.skip("the kernel was not compiled at install: no C compiler")
    return Kernel(path)


@pytest.mark.parametrize("name", SMALL)
def test_every_variant_of_the_installed_kernel_gives_the_specifications_bits(name: str, installed: Kernel) -> None:
    check(SMALL[name], specified(name), installed, installed.variants)


@pytest.mark.slow
@pytest.mark.parametrize("name", BUNDLED.names())
def test_the_bundled_networks_too(name: str, installed: Kernel) -> None:
    case = bundled_case(name)
    fast = tuple(variant for variant in installed.variants if variant != "generic")
    check(case, outcome(case, SpecifiedNetwork(case.network)), installed, fast, (slice(None), slice(0, 1), slice(0, 3)))


@pytest.mark.slow
@pytest.mark.parametrize("optimisation", ["-O1", "-O3"])
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_compilers_and_optimisation_change_nothing(compiler: str, optimisation: str, tmp_path: Path) -> None:
    kernel = Kernel(compiled(compiler, tmp_path, optimisation))
    for name, case in SMALL.items():
        check(case, specified(name), kernel, kernel.variants, (slice(None), slice(0, 1)))


@pytest.mark.slow
def test_tiles_are_used_as_the_processor_would(tmp_path: Path) -> None:
    """AMX in plain C, on processors that have none."""
    kernel = Kernel(compiled("gcc", tmp_path, "-O2", "-DTILES_IN_C"))
    if "avx512-vnni" not in kernel.variants:
        pytest.skip("what AMX leaves to AVX-512 needs a processor that has it")
    for name, case in SMALL.items():
        check(case, specified(name), kernel, ("amx",))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "forced", "reason"),
    [
        ("-ffp-contract=fast", "", "the kernel failed its self-test ("),
        ("-ffast-math", "", "the kernel failed its self-test ("),
        ("-ffast-math", "generic", "TEMPERA_KERNEL asks for generic, which fails its self-test here"),
    ],
)
def test_a_kernel_that_rounds_otherwise_is_noticed_and_not_used(
    option: str, forced: str, reason: str, tmp_path: Path
) -> None:
    """In a process of its own: loading what was linked with -ffast-math changes how all of it computes."""
    path = compiled("gcc", tmp_path, "-march=native", option)
    program = (
        "from pathlib import Path;"
        "from tempera.models.decoder.implementations.selection import best_implementation as best;"
        f"print(best((Path({str(path)!r}),)))"
    )
    environment = os.environ | {"TEMPERA_KERNEL": forced}
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    assert f"variant='specification', reason='{reason}" in run.stdout
    assert forced or "fails its self-test here and is left out" in run.stderr


def test_without_a_kernel_the_specification_decodes_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEMPERA_KERNEL", raising=False)
    assert best_implementation((tmp_path / "none.so",)).reason == "the kernel was not compiled"
    (tmp_path / "odd.so").write_bytes(b"no library")
    assert (best_implementation((tmp_path / "odd.so",)).reason or "").startswith("the kernel can't be loaded: ")


@pytest.mark.slow
def test_a_library_that_is_not_the_kernel_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEMPERA_KERNEL", raising=False)
    (tmp_path / "empty.c").write_text("int nothing;\n")
    found = best_implementation((compiled("gcc", tmp_path, source=tmp_path / "empty.c"),))
    assert found.variant == "specification"
    assert (found.reason or "").startswith("the kernel can't be loaded: ")
    assert (found.reason or "").endswith("undefined symbol: run: it is another library, or of another version")


def test_every_header_makes_the_kernel_be_compiled_anew() -> None:
    headers = SOURCE.parent.rglob("*.h")
    assert EXTENSION["depends"] == sorted(str(path.relative_to(ROOT)) for path in headers)


@pytest.mark.slow
def test_a_kernel_of_another_version_is_noticed_and_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is given has another layout: it would crash."""
    monkeypatch.delenv("TEMPERA_KERNEL", raising=False)
    sources = tmp_path / "kernel"
    shutil.copytree(SOURCE.parent, sources)
    header = (sources / "kernel.h").read_text()
    (sources / "kernel.h").write_text(header.replace("uint32_t top_p;", "uint64_t top_p;"))
    found = best_implementation((compiled("gcc", tmp_path, source=sources / "kernel.c"),))
    assert found.variant == "specification"
    assert (found.reason or "").endswith("it was compiled for another version")


@pytest.mark.parametrize("forced", [*VARIANTS, "specification", "avx-1024"])
def test_each_variant_can_be_forced(forced: str, installed: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPERA_KERNEL", forced)
    found = best_implementation()
    if forced in installed.variants:
        assert found.variant == forced
        assert found.reason == ("TEMPERA_KERNEL asks for it" if forced == "generic" else None)
    elif forced == "specification":
        assert found.reason == "TEMPERA_KERNEL asks for it"
    else:
        known = f"none of specification, {', '.join(VARIANTS)}"
        lack = "this processor doesn't have" if forced in VARIANTS else f"is {known}"
        assert found.reason == f"TEMPERA_KERNEL asks for {forced}, which {lack}"
        assert found.variant == "specification"


@pytest.mark.slow
def test_a_processor_that_the_kernel_does_not_know_decodes_with_numpy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel as other architectures compile it."""
    path = compiled("gcc", tmp_path, "-DPLAIN_C_ALONE")
    assert Kernel(path).variants == ("generic",)
    check(SMALL["gru 2x100"], specified("gru 2x100"), Kernel(path), ("generic",))
    monkeypatch.delenv("TEMPERA_KERNEL", raising=False)
    found = best_implementation((path,))
    assert found.variant == "specification"
    assert found.reason == "this processor has no instructions that the kernel knows how to use"


def test_left_alone_the_fastest_decodes(installed: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEMPERA_KERNEL", raising=False)
    fastest = installed.variants[-1]
    assert best_implementation().variant == ("specification" if fastest == "generic" else fastest)
    assert (best_implementation().reason is None) == (fastest != "generic")


def test_what_a_processor_lacks_is_refused_by_the_kernel_itself(installed: Kernel) -> None:
    lacking = [variant for variant in VARIANTS if variant not in installed.variants]
    assert lacking, "no processor has both x86's instructions and ARM's"
    case = SMALL["lstm 1x7, three ids"]
    network = CompiledNetwork(case.network, installed, lacking[0])
    with pytest.raises(OSError, match=f"can't run {lacking[0]}"):
        network.write(case.state(network), case.uniforms)


def test_256_rows_are_each_what_they_are_alone(installed: Kernel) -> None:
    case = SMALL["lstm 2x64"]
    crowd = Case(case.name, case.network, 256, 20)
    for variant in installed.variants:
        network = CompiledNetwork(case.network, installed, variant)
        together = outcome(crowd, network)
        for row in (0, 1, 37, 254, 255):
            assert together.bits(slice(row, row + 1)) == outcome(crowd, network, slice(row, row + 1)).bits()


def test_rows_join_and_leave_between_chunks(installed: Kernel) -> None:
    """A row's bits are those of a row that was never moved."""
    case = SMALL["gru 2x100"]
    network, uniforms = CompiledNetwork(case.network, installed, installed.variants[-1]), case.uniforms
    case.adjust(network)
    alone, (first, second) = case.state(network), (case.state(network).rows([0, 1, 2]), case.state(network).rows([3]))
    expected = network.write(alone, uniforms)
    parts = [network.write(first, np.ascontiguousarray(uniforms[:10, :3]))]
    network.write(second, np.ascontiguousarray(uniforms[:10, 3:4]))
    joined = first.rows([2, 0]).and_also(second)
    parts.append(network.write(joined, np.ascontiguousarray(uniforms[10:, [2, 0, 3]])))
    assert np.array_equal(parts[0], expected[:10, :3])
    assert np.array_equal(parts[1], expected[10:, [2, 0, 3]])


def test_arrays_may_lie_in_memory_as_they_like(installed: Kernel) -> None:
    """The kernel is told addresses: columns first, gaps and numbers of another size are for Python to put right."""
    weights = dict(random_weights("lstm", 40, 8, 32, 2))
    weights["initial"] = np.asfortranarray(weights["initial"])
    network, draw = quantized("lstm", weights), np.random.default_rng(0)
    forbidden, uniforms = draw.integers(0, 2, (40, 3)).T > 0, draw.integers(0, 2**32, (6, 9), np.uint32).T
    after: Any = np.asfortranarray(draw.integers(0, 3, (3, 40)))  # int64 where Ids are int32
    given: Any = draw.integers(0, 40, (6, 9)).T
    found = []
    for one in (SpecifiedNetwork(network), CompiledNetwork(network, installed, installed.variants[-1])):
        one.adjust(np.where(forbidden, np.float32(-np.inf), np.float32(0)), after)
        state = one.begin(np.arange(6) % 2)
        state.context[:] = np.arange(6) % 3
        one.read(state, given)
        found.append((one.write(state, uniforms).tobytes(), one.logits(state, given).tobytes(), state.hidden.tobytes()))
    assert found[0] == found[1]


def test_rows_may_go_on_in_another_network(installed: Kernel) -> None:
    """One of other ids needs other work space than the one in which they began had made for them."""
    many, few = (quantized("gru", random_weights("gru", ids, 8, 32, 2)) for ids in (3000, 20))
    given, uniforms = np.zeros((2, 5), np.int32), np.full((4, 5), 2**31, np.uint32)
    expected = SpecifiedNetwork(many).begin(np.zeros(5, np.intp))
    SpecifiedNetwork(many).read(expected, given)
    after = SpecifiedNetwork(few).write(expected, uniforms)
    for variant in installed.variants:
        first, second = (CompiledNetwork(network, installed, variant) for network in (many, few))
        state = first.begin(np.zeros(5, np.intp))
        first.read(state, given)
        made = state.workspace[1].nbytes
        assert np.array_equal(second.write(state, uniforms), after)
        assert state.workspace[1].nbytes < made
