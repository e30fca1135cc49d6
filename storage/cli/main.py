"""Run the command line, and turn exceptions into messages and exit codes."""

import os
import sys
from collections.abc import Sequence

from tempera.storage.cli.parser import build_parser
from tempera.storage.errors import StorageError
from tempera.storage.remedies import remedy


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; 2 means refused, and the last line of stderr says what to do."""
    options = build_parser().parse_args(arguments)
    try:
        options.run(options)
    except StorageError as error:
        print(f"storage: {error}", remedy(error), sep="\n", file=sys.stderr)
        return 2
    except BrokenPipeError:  # for example `head` closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    return 0
