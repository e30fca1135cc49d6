"""The process that writes: `python -m models.decoder FOLDER MEMORY_BYTES THREADS`; see models.decoder.service.

FOLDER: the checkpoints'. MEMORY_BYTES: what networks may take up. THREADS: how many share the rows of a batch.
`python -m tempera.models.decoder --variant` prints which variant would decode, and why it is slow if it is, as JSON.
"""

import os
import sys
from pathlib import Path

from tempera.models.memory import share_freed

# A second level of threads would only get in the way of the first.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def main() -> None:
    """Serve until standard input closes."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers
    os.environ.update(ONE_THREAD)
    share_freed()
    from tempera.models.decoder.service import describe, serve  # NumPy reads the environment when it is imported

    if sys.argv[1:] == ["--variant"]:
        describe(output)
        return
    try:
        serve(output, Path(sys.argv[1]), memory_bytes=int(sys.argv[2]), threads=int(sys.argv[3]))
    except BrokenPipeError:
        sys.exit(0)  # the parent is gone


if __name__ == "__main__":
    main()
