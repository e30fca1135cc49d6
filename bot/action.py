"""What the buttons under an answer do."""

from enum import StrEnum

TEMPERATURE_STEP = 0.2


class Action(StrEnum):
    """The action of a button; the values are stored in messages and must never change."""

    STOP = "stop"
    AGAIN = "again"
    HOTTER = "hotter"
    COOLER = "cooler"
    CONTINUE = "continue"
    ESCAPE = "escape"
    EDIT = "edit"
    SURPRISE = "surprise"
    DELETE = "delete"


def led_to(action: Action, temperature: float, max_temperature: float) -> float:
    """Return the temperature of the text that a button leads to."""
    allowed = min(temperature, max_temperature)  # the limit may have been lowered
    match action:
        case Action.HOTTER:
            return round(min(allowed + TEMPERATURE_STEP, max_temperature), 2)
        case Action.COOLER:
            return round(max(allowed - TEMPERATURE_STEP, 0.0), 2)
    return allowed
