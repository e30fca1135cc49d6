"""Forms that are open: discord.py silently ignores submissions of any other."""

from collections import deque
from contextlib import suppress

MAX_FORMS = 10_000  # open at the same time


class OpenForms:
    """The custom ids of the forms that are open."""

    def __init__(self) -> None:
        self._ids: deque[str] = deque(maxlen=MAX_FORMS)

    def __contains__(self, custom_id: str) -> bool:
        return custom_id in self._ids

    def opened(self, custom_id: str) -> None:
        """Add a form."""
        self._ids.append(custom_id)

    def closed(self, custom_id: str) -> None:
        """Remove a form, if it is still known."""
        with suppress(ValueError):
            self._ids.remove(custom_id)
