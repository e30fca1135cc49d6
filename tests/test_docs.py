"""What the docs name is there: files, folders and tests."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
FOLDERS = "benchmarks|bot|docs|models|sandbox|storage|tempera|tests"
NAMED_PATH = re.compile(rf"`((?:{FOLDERS})/[\w./-]*)`")
NAMED_TEST = re.compile(r"`(test_\w+)`")
PLACEHOLDER = re.compile(r"NAME|NNNN")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    named = [path for path in NAMED_PATH.findall(page.read_text(encoding="utf-8")) if not PLACEHOLDER.search(path)]
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = NAMED_TEST.findall(page.read_text(encoding="utf-8"))
    assert [name for name in named if f"def {name}(" not in tests] == []
