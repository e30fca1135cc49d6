"""The layers of models/: every folder imports only what is below it, and what the bot needs imports no torch."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"
LAYERS = (  # from top to bottom; modules of the same layer are independent of one another, except within a folder
    {"__main__"},
    {"cli"},
    {"auto_recipe", "comparison", "temperature_study", "importing"},
    {"training"},
    {"copying"},
    {"evaluation"},
    {"networks"},
    {"decoder", "pictures"},
    {"engine"},
    {"library", "sampling"},
    {"formats"},
    {"corpora"},
    {"tokenizers", "sampling_params", "memory"},
    {"errors", "arithmetic", "loops", "endings"},
)
TORCHLESS = (
    "importing",
    "engine",
    "decoder",
    "formats",
    "tokenizers",
    "library",
    "errors",
    "loops",
    "memory",
    "arithmetic",
    "sampling_params",
)


def modules() -> dict[str, Path]:
    paths = (path for path in MODELS.rglob("*.py") if path.name != "__init__.py")
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}


def imports(path: Path) -> set[str]:
    """Return the modules of ours that a file imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name.removeprefix("tempera.") for name in found} & modules().keys()


def room(module: str) -> str:
    return module.split(".")[1]


def layer(name: str) -> int:
    return next(number for number, rooms in enumerate(LAYERS) if name in rooms)


@pytest.mark.parametrize("module", modules())
def test_imports_point_downwards(module: str) -> None:
    others = {room(imported) for imported in imports(modules()[module])} - {room(module)}
    assert all(layer(other) > layer(room(module)) for other in others), others


def test_what_needs_no_torch_imports_none() -> None:
    for module, path in modules().items():
        if room(module) in TORCHLESS:
            names = {
                line.split()[1]
                for line in path.read_text(encoding="utf-8").splitlines()
                if line.startswith(("import ", "from "))
            }
            assert "torch" not in {name.split(".")[0] for name in names}, module
