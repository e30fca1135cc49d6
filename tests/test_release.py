"""`make release` refuses what shouldn't be released, before it builds anything."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tempera import __version__

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
CONTENTS = (
    "tempera/__init__.py",
    "tempera/models/checkpoints/shakespeare/model.json",
    "tempera/models/checkpoints/shakespeare/weights.safetensors",
    "tempera/models/recipes/shakespeare.yaml",
    "tempera/models/decoder/kernel/kernel.c",
    "tempera/models/decoder/_kernel.so",
    "tempera/storage/migrations/versions/0001_generations.py",
    "tempera/sandbox/page/index.html",
    f"tempera-{__version__}.dist-info/METADATA",
)


def git(repository: Path, *arguments: str) -> None:
    someone = ("-c", "user.name=Someone", "-c", "user.email=someone@example.com")
    subprocess.run(["git", *someone, *arguments], cwd=repository, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of what the refusals look at."""
    for name in (".ci/release", "tempera/__init__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## {__version__} (unreleased)\n", encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "all of it")
    return tmp_path


def refusal(repository: Path, **environment: str) -> str:
    """Return what a release says that is refused; no Python is at hand to build with."""
    run = subprocess.run(
        ["bash", ".ci/release"],
        cwd=repository,
        env=os.environ | {"PYTHON": "false", "RELEASE": ""} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2, run
    return run.stderr


def test_changes_that_are_not_committed_are_refused(repository: Path) -> None:
    (repository / "new").touch()
    assert "changes that aren't committed" in refusal(repository)


def test_a_version_is_released_once(repository: Path) -> None:
    git(repository, "tag", f"v{__version__}")
    assert f"v{__version__} is there already" in refusal(repository)


def test_a_version_without_a_heading_is_refused(repository: Path) -> None:
    (repository / "CHANGELOG.md").write_text("## 0.0.1 (2020-01-01)\n", encoding="utf-8")
    git(repository, "commit", "--quiet", "--all", "--message", "no heading")
    assert f"no heading for {__version__}" in refusal(repository)


def test_a_version_without_a_date_is_not_tagged(repository: Path) -> None:
    assert f"gives {__version__} no date" in refusal(repository, RELEASE="1")


@pytest.mark.parametrize(
    ("more", "less", "said"),
    [
        ((), (), ""),
        (("bot/app.py",), (), "has bot beside tempera"),
        ((), ("tempera/models/decoder/_kernel.so",), "lacks tempera/models/decoder/_kernel.*"),
        (("tempera/config.yaml",), (), "has config.yaml"),
    ],
)
def test_a_wheel_is_one_package(tmp_path: Path, more: tuple[str, ...], less: tuple[str, ...], said: str) -> None:
    wheel = tmp_path / "some.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        for name in {*CONTENTS, *more} - {*less}:
            file.writestr(name, "")
    command = [sys.executable, str(ROOT / ".ci" / "wheel_contents.py"), str(wheel)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == (2 if said else 0)
    assert said in run.stderr
