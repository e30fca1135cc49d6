"""Fail unless a wheel holds the package tempera alone, with everything in it that isn't Python."""

import sys
import zipfile
from fnmatch import fnmatch

NEEDED = (
    "tempera/models/checkpoints/*/model.json",
    "tempera/models/checkpoints/*/weights.safetensors",
    "tempera/models/recipes/*.yaml",
    "tempera/models/decoder/kernel/kernel.c",
    "tempera/models/decoder/_kernel.*",
    "tempera/storage/migrations/versions/0001_*.py",
    "tempera/sandbox/*.html",
)


def main() -> int:
    """Say what is wrong; return 2 then."""
    names = zipfile.ZipFile(sys.argv[1]).namelist()
    folders = {name.split("/")[0] for name in names}
    others = [folder for folder in folders if folder != "tempera" and not folder.endswith(".dist-info")]
    missing = [pattern for pattern in NEEDED if not any(fnmatch(name, pattern) for name in names)]
    faults = [f"has {each} beside tempera" for each in sorted(others)] + [f"lacks {each}" for each in missing]
    faults += ["has config.yaml, which is the admin's"] if any(name.endswith("config.yaml") for name in names) else []
    print(*(f"release: the wheel {fault}" for fault in faults), sep="\n", end="\n" if faults else "", file=sys.stderr)
    return 2 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
