"""One transaction in the database's thread, which can be withdrawn until its commit begins."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")
Work = Callable[[Session], T]


class Withdrawn(Exception):
    """The transaction was withdrawn: nothing of it is or will be stored."""


class Transaction(Generic[T]):
    """Work that is stored whole, or not at all."""

    def __init__(self, work: Work[T]) -> None:
        self._work = work
        self._lock = Lock()
        self._withdrawn = self._committing = False

    def run(self, session: Session) -> T:
        """Do the work and commit it; raises Withdrawn after rolling it back. Runs in the database's thread."""
        with session, session.begin():
            self._check()
            session.connection()  # begins here, so that a wait for another writer comes before the work
            result = self._work(session)
            session.flush()
            self._begin_commit()
            return result

    def withdraw(self) -> bool:
        """Return whether nothing is stored, whatever the thread does next; False if the commit has begun."""
        with self._lock:
            self._withdrawn = not self._committing
            return self._withdrawn

    def _begin_commit(self) -> None:
        with self._lock:
            self._check()
            self._committing = True

    def _check(self) -> None:
        if self._withdrawn:
            raise Withdrawn
