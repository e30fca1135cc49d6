"""Descriptions of the implementation that decodes: for the log, /admin status and `python -m bot --check`."""

import json
import subprocess
import sys

from tempera.models.engine.command import ROOT, decoder_command, decoder_environment
from tempera.models.errors import DecoderFailed

FORCED_BY = "TEMPERA_KERNEL"
PLAIN_NAMES = {
    "specification": "NumPy",
    "generic": "plain C",
    "avx2": "AVX2",
    "avx-vnni": "AVX-VNNI",
    "avx512-vnni": "AVX-512 VNNI",
    "amx": "AMX",
    "neon": "NEON",
    "neon-dot": "NEON with dot products",
}
START_SECONDS = 60


def installed_variant(python: str = sys.executable) -> tuple[str, str | None]:
    """Ask a decoder which variant it would use and, if that is slow, why; raises DecoderFailed."""
    try:
        asked = subprocess.run(  # noqa: S603 - our own program
            decoder_command("--variant", python=python),
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=decoder_environment(),
            timeout=START_SECONDS,
            check=True,
        )
        said = json.loads(asked.stdout)
        return said["variant"], said["reason"]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        raise DecoderFailed(f"it did not say how it decodes: {error}") from error


def description(variant: str, slow_reason: str | None, threads: int) -> str:
    """Describe the implementation, as in `AVX2 on 1 thread`; if it is slow, with the reason and a remedy."""
    decodes = f"{PLAIN_NAMES.get(variant, variant)} on {threads} thread{'' if threads == 1 else 's'}"
    if slow_reason is None:
        return decodes
    return " ".join([f"{decodes}. Slow, because {slow_reason.rstrip('.')}.", *filter(None, [remedy(slow_reason)])])


def remedy(slow_reason: str) -> str | None:
    """Return what to do to get a faster variant, if anything helps."""
    if slow_reason.startswith(FORCED_BY):
        return f"Unset {FORCED_BY}, then start Tempera again."
    if slow_reason.startswith("the kernel"):
        return "See that there is a C compiler (apt install gcc libc6-dev on Debian and Ubuntu), then: make clean run"
    return None
