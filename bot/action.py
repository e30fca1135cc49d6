"""What the buttons under an answer do."""

from enum import StrEnum


class Action(StrEnum):
    """The action of a button; the values are stored in messages and must never change."""

    STOP = "stop"
    AGAIN = "again"
    HOTTER = "hotter"
    COOLER = "cooler"
    CONTINUE = "continue"
    DELETE = "delete"
