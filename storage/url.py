"""Database URLs: those that name one SQLite file and nothing else."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from tempera.storage.errors import DatabaseUnusable

DEFAULT_URL = "sqlite:///data/tempera.sqlite3"
DRIVERS = ("sqlite", "sqlite+aiosqlite")


def database_path(url: str) -> Path:
    """Return the file that a URL names; raises DatabaseUnusable."""
    try:
        location = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that isn't a number
        raise DatabaseUnusable(url, "is not a database URL") from None
    if reason := _reason_against(location):
        raise DatabaseUnusable(location.render_as_string(), reason)
    return Path(location.database or "")


def database_url(path: Path) -> str:
    """Return the URL that names a file."""
    return file_url(path).render_as_string()


def file_url(path: Path) -> URL:
    """Return the URL that names a file, as a SQLAlchemy URL."""
    return URL.create("sqlite", database=str(path))


def _reason_against(location: URL) -> str | None:
    if location.get_backend_name() != "sqlite" or location.database in (None, "", ":memory:"):
        return "names no SQLite file"
    if location.drivername not in DRIVERS:
        return f"names a driver that doesn't exist, {location.drivername.partition('+')[2]}"
    if location.host or location.port or location.username or location.password or location.query:
        return "says more than a file, such as a host after only two slashes, or options after a question mark"
    return "names a file with a NUL in it" if "\0" in (location.database or "") else None
