"""The process that generates texts: `python -m tempera.models.decoder FOLDER MEMORY_BYTES THREADS`; see service.py.

FOLDER: of the checkpoints. MEMORY_BYTES: for networks. THREADS: that share the rows of a batch.
`python -m tempera.models.decoder --variant` prints as JSON which variant would decode and, if it is slow, why.
"""

import os
import sys
from pathlib import Path

from tempera.models.decoder.isolation import isolate
from tempera.models.memory import share_freed

HANDLES = 4096
# Threads of NumPy's libraries would compete with the decoder's own.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def main() -> None:
    """Serve until standard input closes."""
    os.closerange(3, HANDLES)  # what the bot has inherited: unlike subprocess, uvloop passes it on
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # the output of libraries must not mix with the messages
    os.environ.update(ONE_THREAD)
    share_freed()
    from tempera.models.decoder.service import describe, serve  # NumPy reads the environment when it is imported

    if sys.argv[1:] == ["--variant"]:
        describe(output)
        return
    folder, memory_bytes, threads = sys.argv[1:]
    isolate(int(memory_bytes))
    try:
        serve(output, Path(folder), memory_bytes=int(memory_bytes), threads=int(threads))
    except BrokenPipeError:
        sys.exit(0)  # the parent process is gone


if __name__ == "__main__":
    main()
