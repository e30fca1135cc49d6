"""What commands print: any encoding can show it, and nothing in it acts on the terminal."""

import codecs
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

# Control characters, but for line end and tab; overrides and isolates, which reorder what stands beside them.
UNSAFE = re.compile("[^\n\t -~\u00a0-\u2029\u202f-\u2065\u206a-\U0010ffff]")
ERRORS = "tempera.escaped"
CLOSED_PIPE = 141  # exit code of what SIGPIPE ends


class ReaderGone(Exception):
    """Whoever read the output has closed the pipe, as `head` does."""


def escaped(text: str) -> str:
    r"""Return a text in which unsafe characters are escaped as in JSON, such as \u001b, which is still JSON then."""
    return UNSAFE.sub(lambda found: json.dumps(found[0])[1:-1], text)


class Console(io.TextIOWrapper):
    """A standard stream that prints whatever can be shown; only a closed pipe ends a command."""

    lost: OSError | None = None  # why something could not be printed

    def write(self, text: str, /) -> int:
        """Print a text; raises ReaderGone."""
        bar = text[:1] == "\r"  # a progress bar returns to the beginning of its line, which nothing else does
        with self._noted():
            super().write("\r" * bar + escaped(text[bar:]))
        return len(text)

    def flush(self) -> None:
        """Print what is left; raises ReaderGone."""
        with self._noted():
            super().flush()

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise ReaderGone from None
        except OSError as error:
            self.lost = error


def prepare_streams() -> None:
    """Let this process print through consoles; streams of tests and of other programs stay as they are."""
    codecs.register_error(ERRORS, _escape_unencodable)
    sys.stdout, sys.stderr = _console(sys.stdout), _console(sys.stderr)


def _console(stream: TextIO | None) -> TextIO:
    if stream is None:  # closed by the parent
        return Path(os.devnull).open("w", encoding="utf-8")
    if type(stream) is not io.TextIOWrapper:
        return stream
    as_before = {name: getattr(stream, name) for name in ("encoding", "line_buffering", "write_through")}
    return Console(stream.detach(), errors=ERRORS, **as_before)


def _escape_unencodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def finish_streams() -> OSError | None:
    """Print what is left; return why standard output could not be written, and drop what never will be."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(ReaderGone):
            stream.flush()
            if not getattr(stream, "lost", None):
                continue
        with suppress(OSError, ValueError):  # a stream without a file
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return getattr(sys.stdout, "lost", None)
