"""How a text is laid out: running text, one record per line, or an input, a tab and its output per line."""

from typing import Literal

Layout = Literal["running", "lines", "pairs"]
END = "\n"  # of a record
PAIR_SEPARATOR = "\t"  # between an input and its output in a line
