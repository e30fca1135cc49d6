"""What is installed and what runs in CI is named to the last bit."""

import re
from pathlib import Path

import pytest
import yaml
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LOCKS = sorted((ROOT / "locks").glob("*.txt"))
HASHES = r"(?P<hashes>( \\\n    --hash=sha256:[0-9a-f]{64})+)"
ENTRY = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s;]+)( ;[^\\\n]+)?" + HASHES + "\n")


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    named = [line.partition(";")[0].strip().split("==") for line in lines]
    return {canonicalize_name(name): version for name, version in named}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_its_pin_and_hashes(lock: Path) -> None:
    _, *rest = lock.read_text(encoding="utf-8").splitlines(keepends=True)
    entries = list(ENTRY.finditer("".join(rest)))
    assert "".join(entry[0] for entry in entries) == "".join(rest), "an entry without hashes, or make lock"
    assert entries
    assert {canonicalize_name(entry["name"]): entry["version"] for entry in entries}.items() <= pins().items()


def test_dependencies_are_locked_but_pytorch() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = {
        canonicalize_name(re.split(r"[^\w.-]", one)[0])
        for one in (*project["dependencies"], *extras["plots"], *extras["dev"])
    }
    text = "".join(lock.read_text(encoding="utf-8") for lock in LOCKS)
    locked = {canonicalize_name(entry["name"]) for entry in ENTRY.finditer(text)}
    assert wanted - locked == {"torch"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_and_may_only_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
        assert re.search(r"# v\d+\.\d+\.\d+$", comment), action
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")
