"""The log: one line per event on standard error, without secrets."""

import logging
import re

from pydantic import SecretStr

# With an interaction's token, anyone could answer as the bot for 15 minutes.
_INTERACTION_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s'\"]+")


class _RedactingFormatter(logging.Formatter):
    def __init__(self, token: SecretStr) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record).replace(self._token.get_secret_value(), "<token>")
        return _INTERACTION_TOKEN.sub(r"\1<token>", line)


def start_logging(level: str, token: SecretStr) -> None:
    """Log messages of this level and above to standard error."""
    log_to = logging.StreamHandler()
    log_to.setFormatter(_RedactingFormatter(token))
    logging.basicConfig(level=level, handlers=[log_to])
    # At every start, it reports that DDL isn't transactional, but here it is.
    logging.getLogger("alembic").setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
