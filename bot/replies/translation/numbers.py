"""Numbers in messages, as a language writes them."""

from string import Formatter
from typing import Any


class LocalizedFormatter(Formatter):
    """Formats like str.format, with a language's own separators wherever a number has a format, as in `{size:,.1f}`.

    number, percentage: how the language writes 1,234.5 and 12%.
    """

    def __init__(self, number: str, percentage: str) -> None:
        self._separators = str.maketrans({",": number[1:-5], ".": number[-2]})
        self._percent_sign = percentage.removeprefix("12")

    def format_field(self, value: Any, format_spec: str) -> str:
        """Format one value."""
        formatted = str(super().format_field(value, format_spec))
        if not format_spec or not isinstance(value, (int, float)):
            return formatted
        return formatted.translate(self._separators).replace("%", self._percent_sign)
