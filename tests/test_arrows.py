"""Which room may import which, and what importing does."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "models", "storage", "sandbox")
ALLOWED = {
    "bot": {"models", "storage"},
    "models": set(),
    "storage": set(),
    "sandbox": {"bot", "models"},
}
OF_THE_STORAGE = {"sqlalchemy", "alembic", "aiosqlite", "sqlite3"}
HEAVY = {"torch", "numpy", "matplotlib"}
NOT_IN_THE_DECODER = {"torch", "safetensors", "pydantic", "yaml", "matplotlib", "tqdm"}
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def name_of(path: Path) -> str:
    parts = ("tempera", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file names in an import, wherever it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reachable(module: str) -> set[str]:
    """Return everything that a module imports directly or through our own modules."""
    ours = {name_of(path): path for path in FILES}
    found, waiting = set(), [module]
    while waiting:
        for name in imports(ours[waiting.pop()]):
            if name not in found:
                found.add(name)
                waiting += [name] if name in ours else []
    return found


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_rooms_import_only_what_they_may(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    assert rooms_in(imports(path)) <= ALLOWED[room] | {room}


def rooms_in(names: Iterable[str]) -> set[str]:
    return {name.split(".")[1] for name in names if name.startswith("tempera.")} & set(ROOMS)


def test_nobody_but_the_storage_knows_its_libraries() -> None:
    knowing = {name_of(path) for path in FILES if {name.split(".")[0] for name in imports(path)} & OF_THE_STORAGE}
    assert {name for name in knowing if not name.startswith("tempera.storage.")} == set()
    assert knowing


def test_only_the_sandboxs_start_knows_the_bot() -> None:
    knowing = {name_of(path) for path in FILES if "bot" in rooms_in(imports(path))}
    assert {name for name in knowing if name.startswith("tempera.sandbox.")} <= {"tempera.sandbox.__main__"}


def test_only_the_sandboxs_lab_knows_the_models() -> None:
    knowing = {name_of(path) for path in FILES if "models" in rooms_in(imports(path))}
    assert {name for name in knowing if name.startswith("tempera.sandbox.")} == {"tempera.sandbox.lab.lab"}


@pytest.mark.parametrize(
    "module",
    ["tempera.bot.__main__", "tempera.storage.database", "tempera.models.engine.engine", "tempera.models.library"],
)
def test_nothing_in_the_bots_process_imports_torch_numpy_or_matplotlib(module: str) -> None:
    assert not {name.split(".")[0] for name in reachable(module)} & HEAVY


def test_the_decoders_process_imports_numpy_alone() -> None:
    assert not {name.split(".")[0] for name in reachable("tempera.models.decoder.__main__")} & NOT_IN_THE_DECODER


def test_the_bots_side_of_the_decoder_knows_nothing_of_the_other() -> None:
    modules = [name_of(path) for path in FILES if path.parent == ROOT / "models" / "engine"]
    found = set().union(*(reachable(module) for module in modules))
    assert not {name for name in found if name.startswith("tempera.models.decoder") or name.split(".")[0] in HEAVY}


@pytest.mark.slow
def test_a_checkout_needs_no_installation(tmp_path: Path) -> None:
    """The package finds its folders beside it: also where another checkout, or none, is installed."""
    for folder in ("tempera", "bot"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tempera" / "__init__.py").write_bytes((ROOT / "tempera" / "__init__.py").read_bytes())
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "bot" / "__init__.py").touch()
    (tmp_path / "bot" / "__main__.py").write_text("import tempera.bot; print(tempera.bot.__file__)")
    run = subprocess.run([sys.executable, "-S", "-m", "bot"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(tmp_path / "bot" / "__init__.py")


@pytest.mark.slow
def test_importing_does_nothing(tmp_path: Path) -> None:
    """Every module comes up in an empty folder and leaves no file, thread, log handler or setting behind."""
    modules = [name_of(path) for path in FILES if "migrations" not in path.parts]
    if not find_spec("torch"):
        modules = [module for module in modules if "torch" not in reachable(module)]
    program = f"""
import importlib, logging, os, sys, threading, warnings
warnings.simplefilter("ignore")
environment = dict(os.environ)
for module in {modules!r}:
    importlib.import_module(module)
assert not os.listdir("."), os.listdir(".")
assert not logging.getLogger().handlers
assert threading.active_count() == 1, threading.enumerate()
assert not [name for name in os.environ if os.environ[name] != environment.get(name)]
"""
    run = subprocess.run(
        [sys.executable, "-B", "-c", program],
        cwd=tmp_path,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
