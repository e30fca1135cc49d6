"""The sandbox's folders are layers: each imports only those below it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "sandbox"
LAYERS = ("web", "client", "rest", "gateway", "payloads", "limits", "state")  # from the highest to the lowest
APART = {("web", "rest"), ("client", "rest"), ("rest", "gateway")}  # higher and lower, yet independent
MODULES = sorted(path for layer in LAYERS for path in (FOLDER / layer).glob("*.py"))
MAX_ENTRIES = 15


def imported(path: Path) -> Iterator[str]:
    """Yield the modules of the sandbox that a file imports, without the package's own name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tempera.sandbox."):
            module = str(node.module).removeprefix("tempera.sandbox.")
            submodules = [f"{module}.{alias.name}" for alias in node.names if is_module(f"{module}.{alias.name}")]
            yield from submodules or [module]


def is_module(name: str) -> bool:
    return FOLDER.joinpath(*name.split(".")).with_suffix(".py").is_file()


def name_of(path: Path) -> str:
    return f"{path.parent.name}.{path.stem}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_layer_imports_only_lower_ones(path: Path) -> None:
    layer = path.parent.name
    allowed = {layer, *(lower for lower in LAYERS[LAYERS.index(layer) :] if (layer, lower) not in APART)}
    assert {name.split(".")[0] for name in imported(path)} <= allowed


def test_no_modules_import_one_another() -> None:
    remaining = {name_of(path): set(imported(path)) for path in MODULES}
    while free := [name for name, imports in remaining.items() if not imports & set(remaining)]:
        for name in free:
            del remaining[name]
    assert not remaining


def test_no_folder_is_crowded() -> None:
    for folder in (FOLDER, *(path for path in FOLDER.rglob("*") if path.is_dir() and path.name != "__pycache__")):
        entries = [path.name for path in folder.iterdir() if path.name not in ("__init__.py", "__pycache__")]
        assert len(entries) <= MAX_ENTRIES, folder
