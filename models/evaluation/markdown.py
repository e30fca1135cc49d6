"""Markdown for generated pages."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def verbatim(text: str) -> str:
    """Return text as an indented code block, which its content can't close."""
    return "\n".join(f"    {line}".rstrip() for line in text.strip("\n").split("\n"))
