"""What the buttons under an answer do."""

from enum import StrEnum


class Action(StrEnum):
    """Say what a button does; the values stand in messages and must never change."""

    STOP = "stop"
    AGAIN = "again"
    HOTTER = "hotter"
    COOLER = "cooler"
    CONTINUE = "continue"
    DELETE = "delete"
