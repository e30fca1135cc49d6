"""`make lock`: write locks/*.txt, the exact files that may be installed, with the hashes of all their builds.

pip checks them with --require-hashes. PyTorch isn't among them: its builds for CPUs come from another index than those
on PyPI, with other hashes; its version is pinned in pyproject.toml.
"""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

ROOT = Path(__file__).parents[1]
CONSTRAINTS, LOCKS = ROOT / "constraints.txt", ROOT / "locks"
SIMPLE = "https://pypi.org/simple"
PEP_691 = "application/vnd.pypi.simple.v1+json"  # peps.python.org/pep-0691
UNHASHED = re.compile(r"tempera|torch|triton|nvidia-.*|cuda-.*")
HEADER = "# Written by `make lock`: the pins of constraints.txt with the hashes of all their builds.\n"


def pins() -> dict[str, str]:
    """Return the lines of constraints.txt by canonical name."""
    lines = [line for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines() if "==" in line]
    return {canonicalize_name(line.partition("==")[0]): line for line in lines}


def needed(extras: str) -> set[str]:
    """Return the names of everything that is installed with these extras here."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    asked = subprocess.run(
        [*command, "--constraint", str(CONSTRAINTS), f"{ROOT}[{extras}]"], stdout=subprocess.PIPE, check=True
    )
    return {canonicalize_name(each["metadata"]["name"]) for each in json.loads(asked.stdout)["install"]}


def hashes(name: str, version: str) -> list[str]:
    """Return the sha256 of every file of a release."""
    request = urllib.request.Request(f"{SIMPLE}/{name}/", headers={"Accept": PEP_691})
    with urllib.request.urlopen(request, timeout=60) as response:
        files: list[dict[str, Any]] = json.load(response)["files"]
    return sorted(each["hashes"]["sha256"] for each in files if version_of(each["filename"]) == Version(version))


def version_of(filename: str) -> Version | None:
    """Return the version of a wheel or source archive; None for other files."""
    try:
        return (parse_wheel_filename if filename.endswith(".whl") else parse_sdist_filename)(filename)[1]
    except ValueError:
        return None


def entry(pin: str) -> str:
    """Return a pin with the hashes of all its files."""
    requirement, _, marker = pin.partition(";")
    name, version = requirement.strip().split("==")
    found = hashes(canonicalize_name(name), version)
    if not found:
        raise SystemExit(f"{SIMPLE} has no file of {requirement}")
    condition = f" ;{marker}" if marker else ""
    return " \\\n    ".join([f"{name}=={version}{condition}", *(f"--hash=sha256:{each}" for each in found)])


def write(path: Path, names: Iterable[str]) -> None:
    """Write a lock."""
    known = pins()
    wanted = sorted(name for name in names if not UNHASHED.fullmatch(name))
    if missing := [name for name in wanted if name not in known]:
        raise SystemExit(f"constraints.txt has no pin for {', '.join(missing)}")
    with ThreadPoolExecutor(8) as threads:
        entries = list(threads.map(entry, [known[name] for name in wanted]))
    path.write_text(HEADER + "\n".join(entries) + "\n", encoding="utf-8")


def main() -> None:
    """Write both locks: what the bot and its sandbox need, and what tests and checks need besides."""
    LOCKS.mkdir(exist_ok=True)
    elsewhere = {name for name, pin in pins().items() if ";" in pin}  # on other versions of Python
    run = needed("plots") | elsewhere | {"setuptools"}
    write(LOCKS / "run.txt", run)
    write(LOCKS / "dev.txt", needed("plots,dev") - run)


if __name__ == "__main__":
    main()
