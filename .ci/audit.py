"""`make audit`: look for known vulnerabilities in everything that locks/*.txt names, and in PyTorch."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOUND, UNREACHABLE = 1, 0


def audited() -> list[dict[str, Any]]:
    """Return pip-audit's findings, by dependency; none if the index can't be asked."""
    locks = [part for lock in sorted((ROOT / "locks").glob("*.txt")) for part in ("--requirement", str(lock))]
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json", *locks]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        dependencies: list[dict[str, Any]] = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(*asked.stderr.strip().splitlines()[-1:], file=sys.stderr)
        return []
    return dependencies


def main() -> int:
    """Print every known vulnerability; return 1 if there is one."""
    dependencies = audited()
    known = [each for each in dependencies if "skip_reason" not in each]
    if not known:
        print("NOT AUDITED: the index of vulnerabilities can't be reached from here.")
        return UNREACHABLE
    vulnerable = [each for each in known if each["vulns"]]
    for each in vulnerable:
        print(each["name"], each["version"], *(vulnerability["id"] for vulnerability in each["vulns"]))
    skipped = len(dependencies) - len(known)
    print(
        f"{len(known)} packages audited, {skipped} unknown to the index, {len(vulnerable)} with known vulnerabilities."
    )
    return FOUND if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
