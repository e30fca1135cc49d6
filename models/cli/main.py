"""Run the command line, and turn exceptions into messages and exit codes."""

import os
import sys

from tempera.models.cli.parser import build_parser
from tempera.models.errors import ModelsError


def main() -> int:
    """Run a command and return its exit code; 2 means refused, and the last line of stderr says why."""
    arguments = build_parser().parse_args()
    try:
        return int(arguments.run(arguments) or 0)
    except ModelsError as error:
        print(f"models: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        print(f"models: this command needs PyTorch: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # for example `head` closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
