"""Folders are small, and modules and folders depend on one another in one direction only."""

import ast
from collections.abc import Collection, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_AT_THE_TOP = {"bot": 25, "models": 25, "storage": 25, "sandbox": 15}
MOST_IN_A_FOLDER = 15
MOST_LINES = 250


def paths_of(package: str) -> list[Path]:
    return [path for path in sorted((ROOT / package).rglob("*.py")) if "versions" not in path.parts]


def parts_of(path: Path) -> tuple[str, ...]:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imported(path: Path, known: Collection[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield the modules of our own that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        yield from (parts for name in names if (parts := own_parts(name)) in known)


def own_parts(name: str) -> tuple[str, ...]:
    return tuple(name.removeprefix("tempera.").split("."))


def graph(package: str) -> dict[tuple[str, ...], set[tuple[str, ...]]]:
    """Return which modules of a package each of its modules imports."""
    paths = {parts_of(path): path for path in paths_of(package)}
    return {parts: set(imported(path, set(paths))) - {parts, (package,)} for parts, path in paths.items()}


def packages_within(package: str) -> list[tuple[str, ...]]:
    """Return the package and the folders in it."""
    return sorted({parts_of(path.with_name("__init__.py")) for path in paths_of(package)})


@pytest.mark.parametrize("package", MOST_AT_THE_TOP)
def test_no_modules_import_one_another(package: str) -> None:
    TopologicalSorter(graph(package)).prepare()


@pytest.mark.parametrize("package", MOST_AT_THE_TOP)
def test_no_folders_import_one_another(package: str) -> None:
    """Seen from each folder, what is in it forms a ladder: a room or a whole folder on each rung."""
    modules = graph(package)
    for folder in packages_within(package):
        depth = len(folder)
        inside = {parts for parts in modules if parts[:depth] == folder and len(parts) > depth}
        rungs: dict[str, set[str]] = {}
        for parts in inside:
            found = {each[depth] for each in modules[parts] if each in inside}
            rungs.setdefault(parts[depth], set()).update(found - {parts[depth]})
        TopologicalSorter(rungs).prepare()


@pytest.mark.parametrize("package", MOST_AT_THE_TOP)
def test_no_folder_is_crowded(package: str) -> None:
    for folder in packages_within(package):
        entries = [
            path
            for path in ROOT.joinpath(*folder).iterdir()
            if not path.name.startswith(("__init__", "__pycache__", "_kernel"))
        ]
        most = MOST_AT_THE_TOP[package] if len(folder) == 1 else MOST_IN_A_FOLDER
        assert len(entries) <= most, (folder, len(entries))


@pytest.mark.parametrize("package", MOST_AT_THE_TOP)
def test_no_file_is_long(package: str) -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths_of(package)}
    assert not {path: count for path, count in lines.items() if count > MOST_LINES}
