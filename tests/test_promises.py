"""Each promise of docs/promises.md has its test."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINE = re.compile(r"^\| (?P<promise>.+) \| `(?P<path>tests/[\w/]+\.py)::(?P<test>test_\w+)` \|$", re.MULTILINE)
TEXT = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
SKIPPING = {"skip", "xfail"}


@cache
def functions_of(path: str) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("line", list(LINE.finditer(TEXT)), ids=lambda line: line["test"])
def test_its_test_is_there_and_asserts_something(line: re.Match[str]) -> None:
    test = functions_of(line["path"]).get(line["test"])
    assert test, f"there is no {line['path']}::{line['test']} that shows: {line['promise']}"
    marks = {getattr(node, "attr", "") for decorator in test.decorator_list for node in ast.walk(decorator)}
    assert not marks & SKIPPING
    raising = [
        node
        for node in ast.walk(test)
        if isinstance(node, ast.Assert) or getattr(node, "attr", "") in {"raises", "shows"}
    ]
    assert raising


def test_every_promise_is_a_line_with_a_test() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("|") and not line.startswith(("| ---", "| promise"))]
    assert len(rows) == len(list(LINE.finditer(TEXT)))
    assert len(rows) > 50
