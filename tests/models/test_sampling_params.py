"""The one definition of a generation: what it accepts, and that nothing states it a second time."""

import ast
import math
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tempera.models.engine.request import SampleRequest, request_from_json
from tempera.models.errors import InvalidSamplingParam
from tempera.models.sampling_params import SPECS, SamplingParams, partial_params, valid_params

ROOT = Path(__file__).parents[2]
DEFINITION = ROOT / "models" / "sampling_params.py"
BOUNDED = [spec for spec in SPECS.values() if spec.minimum is not None]
FEW = 3  # parameters: a place that names more has its own list of them
# What each does is said by name where the decoder carries it out.
CARRIED_OUT = ("models/decoder/arithmetic/sampling.py",)


def params_of(name: str, value: Any) -> SamplingParams:
    return SamplingParams(**{name: value})


@pytest.mark.parametrize("spec", BOUNDED, ids=lambda spec: spec.name)
def test_the_bounds_hold_and_are_told(spec: Any) -> None:
    for value in (spec.minimum, spec.maximum):
        assert getattr(params_of(spec.name, value), spec.name) == value
    for value in (spec.minimum - 1, spec.maximum + 1, math.nan, math.inf, "1", None, True):
        with pytest.raises(InvalidSamplingParam) as raised:
            params_of(spec.name, value)
        assert (raised.value.name, raised.value.allowed) == (spec.name, f"{spec.minimum} to {spec.maximum}")


def test_a_choice_is_one_of_those_named() -> None:
    assert params_of("finish", "sentence").finish == "sentence"
    for value in ("paragraph", "", 1, None):
        with pytest.raises(InvalidSamplingParam, match="use sentence or exact"):
            params_of("finish", value)


def test_a_number_too_large_for_a_float_is_refused_as_any_other() -> None:
    for name in ("length", "temperature"):
        with pytest.raises(InvalidSamplingParam):
            partial_params({name: 10**400})


def test_of_stored_values_those_count_that_can_be_used() -> None:
    stored = {"temperature": math.nan, "top_k": 5, "length": "long", "model": "x", "later": 1.0, "seed": None}
    assert valid_params(stored) == {"top_k": 5}


def test_whole_numbers_have_no_fractions_and_texts_are_texts() -> None:
    for name, value in (("length", 1.5), ("seed", 1.0), ("top_k", 2.0), ("stop", 3)):
        with pytest.raises(InvalidSamplingParam, match=name):
            params_of(name, value)


def test_the_defaults_and_what_changes_nothing_are_allowed() -> None:
    assert asdict(SamplingParams()) == {name: spec.default for name, spec in SPECS.items()}
    for spec in SPECS.values():
        if spec.off is not None:
            SamplingParams(**{spec.name: spec.off})


def test_a_part_of_them_is_what_is_set_and_nothing_else() -> None:
    assert partial_params({"temperature": 0.5, "top_k": None, "model": "tiny"}) == {"temperature": 0.5}
    with pytest.raises(InvalidSamplingParam):
        partial_params({"temperature": 5.0})


def test_a_request_goes_through_json_and_is_checked_there() -> None:
    request = SampleRequest(model="tiny", prompt="Oh", params=SamplingParams(temperature=0.3, stop="END"))
    assert request_from_json(asdict(request)) == request
    content = asdict(request)
    content["params"]["temperature"] = math.nan
    with pytest.raises(InvalidSamplingParam):
        request_from_json(content)


def product_files() -> Iterator[Path]:
    for room in ("bot", "models", "storage", "sandbox"):
        for path in sorted((ROOT / room).rglob("*.py")):
            if path != DEFINITION and "migrations" not in path.parts:
                yield path


def names_in(scope: ast.AST) -> set[str]:
    """Return the parameters that a class or function names: as a field, argument, keyword, attribute or text."""
    found: set[str] = set()
    for node in ast.walk(scope):
        match node:
            case ast.Constant(value=str(name)) | ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                found.add(name)
            case ast.Attribute(attr=name):
                found.add(name)
    return found & SPECS.keys()


def lists_of_parameters(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    scopes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.Assign)]
    return [f"{path}:{scope.lineno}" for scope in scopes if len(names_in(scope)) > FEW]


def test_nobody_lists_the_parameters_again() -> None:
    paths = [path for path in product_files() if str(path.relative_to(ROOT)) not in CARRIED_OUT]
    assert len(paths) > 100
    assert not [found for path in paths for found in lists_of_parameters(path)]


def test_nobody_states_a_bound_again() -> None:
    """Options and settings take theirs from the specs: none is written where they are declared."""
    stated = re.compile(r"Range\[(int|float)|[gl]e=(2\.?0?|4000|1000|0\.01|2\*\*31)\b(?!\*)|2\*\*31 ?- ?1|2147483647")
    sources = {
        path: path.read_text(encoding="utf-8")
        for path in product_files()
        if not {"training", "memory.py"} & set(path.parts)
    }
    # Bounds of other things: presets of an owner, and what a server sets.
    others = re.compile(r"le=1000\)|Range\[int, 0, MAX_(COOLDOWN_SECONDS|QUOTA)\]")
    found = {path: stated.findall(others.sub("", source)) for path, source in sources.items()}
    assert not {path: bounds for path, bounds in found.items() if bounds}
