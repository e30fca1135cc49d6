"""Which database URLs may stand in the settings: those that name one SQLite file and say nothing else."""

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DEFAULT_URL = "sqlite:///data/tempera.sqlite3"
DRIVERS = ("sqlite", "sqlite+aiosqlite")


def sqlite_file_url(url: str) -> URL:
    """Parse the URL of a SQLite file; raises ValueError with the fault and the cure."""
    try:
        location = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise ValueError(f"is not a database URL; use one like {DEFAULT_URL}") from None
    if fault := _fault(location):
        raise ValueError(f"{fault}; use one like {DEFAULT_URL}")
    return location


def _fault(location: URL) -> str | None:
    if location.get_backend_name() != "sqlite" or location.database in (None, "", ":memory:"):
        return "names no SQLite file"
    if location.drivername not in DRIVERS:
        return f"names a driver that is not there, {location.drivername.partition('+')[2]}"
    if location.host or location.port or location.username or location.password or location.query:
        return "says more than a file, such as a host with only two slashes, or options after a question mark"
    return "names a file with a NUL in it" if "\0" in (location.database or "") else None
