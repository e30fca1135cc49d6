"""Validates a slash command's options before anything is sent, as Discord's client does."""

from collections.abc import Mapping
from typing import Any

from tempera.sandbox.limits.bounds import LARGEST_INTEGER, STRING_OPTION_CHARACTERS
from tempera.sandbox.state.commands import OptionType
from tempera.sandbox.state.errors import InvalidOption
from tempera.sandbox.state.json_object import Json

ENTITIES = (OptionType.USER, OptionType.CHANNEL, OptionType.ROLE)
NUMBERS = (OptionType.INTEGER, OptionType.NUMBER)
TYPE_NAMES = {
    OptionType.STRING: "text",
    OptionType.INTEGER: "a whole number",
    OptionType.BOOLEAN: "true or false",
    OptionType.USER: "a user",
    OptionType.CHANNEL: "a channel",
    OptionType.ROLE: "a role",
    OptionType.NUMBER: "a number",
}


def option_values(declared: list[Json], given: Mapping[str, Any]) -> list[Json]:
    """Return the options to send; raises InvalidOption for what Discord's client would refuse."""
    names = [option["name"] for option in declared]
    for name in given:
        if name not in names:
            raise InvalidOption(name, f"no such option; this command has: {', '.join(names) or 'none'}")
    sent = []
    for option in declared:
        value = given.get(option["name"])
        if value is None and option.get("required"):
            raise InvalidOption(option["name"], "this option is required")
        if value is not None:
            validated = validated_value(option, value)
            sent.append({"name": option["name"], "type": option["type"], "value": validated})
    return sent


def validated_value(option: Json, value: Any) -> Any:
    """Return the value as it is sent; raises InvalidOption if its type or size is not allowed."""
    _check_type(option, value)
    _check_choice(option, value)
    if option["type"] == OptionType.STRING:
        _check_length(option, value)
    elif option["type"] in NUMBERS:
        _check_range(option, value)
    elif option["type"] in ENTITIES:
        _check_channel_type(option, value)
        return str(value.id)
    return value


def _check_type(option: Json, value: Any) -> None:
    if option["type"] not in TYPE_NAMES:
        raise InvalidOption(option["name"], "the sandbox doesn't support this type of option")
    if not _has_type(option["type"], value):
        raise InvalidOption(option["name"], f"{value!r} is not {TYPE_NAMES[option['type']]}")


def _has_type(option_type: int, value: Any) -> bool:
    if option_type == OptionType.STRING:
        return isinstance(value, str)
    if option_type == OptionType.BOOLEAN:
        return isinstance(value, bool)
    if option_type in ENTITIES:
        return hasattr(value, "id")
    number = isinstance(value, int) or (option_type == OptionType.NUMBER and isinstance(value, float))
    return number and not isinstance(value, bool)


def _check_choice(option: Json, value: Any) -> None:
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise InvalidOption(option["name"], f"{value!r} is not one of the choices {choices}")


def _check_length(option: Json, text: str) -> None:
    minimum = max(option.get("min_length") or 0, int(bool(option.get("required"))))
    maximum = option.get("max_length") or STRING_OPTION_CHARACTERS
    if not minimum <= len(text) <= maximum:
        raise InvalidOption(option["name"], f"must have {minimum} to {maximum} characters, not {len(text)}")


def _check_range(option: Json, number: float) -> None:
    minimum = option.get("min_value", -LARGEST_INTEGER)
    maximum = option.get("max_value", LARGEST_INTEGER)
    if not minimum <= number <= maximum:
        reason = f"must be from {_plain(minimum)} to {_plain(maximum)}, not {_plain(number)}"
        raise InvalidOption(option["name"], reason)


def _plain(number: float) -> str:
    return str(int(number) if number % 1 == 0 else number)


def _check_channel_type(option: Json, value: Any) -> None:
    if option.get("channel_types") and value.kind not in option["channel_types"]:
        raise InvalidOption(option["name"], f"#{value.name} is not a channel of an accepted type")
