"""What was measured on: a line that stands at the top of each table."""

import platform
import re
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")


def processor(cpuinfo: Path = CPUINFO) -> str:
    """Return the processor's name as lscpu gives it, or its architecture where it has none."""
    text = cpuinfo.read_text(encoding="utf-8") if cpuinfo.exists() else ""
    named = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return named[1] if named else platform.machine()


def measured_on(variant: str) -> str:
    """Name the processor and what decodes on it."""
    return f"{processor()}, {variant}"
