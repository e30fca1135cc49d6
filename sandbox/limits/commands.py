"""Discord's limits on application commands and autocomplete choices."""

from collections.abc import Iterator
from itertools import chain

from tempera.sandbox.limits import bounds
from tempera.sandbox.limits.field_errors import Errors, bad_length, choice_error, refuse, too_long
from tempera.sandbox.limits.localizations import NAME_TAKEN, duplicate_errors, longest, name_errors, text_errors
from tempera.sandbox.state.commands import CommandType, OptionType
from tempera.sandbox.state.errors import FieldError, FieldErrors, FieldPath
from tempera.sandbox.state.json_object import Json

AUTOCOMPLETED = (OptionType.STRING, OptionType.INTEGER, OptionType.NUMBER)


def check_commands(definitions: list[Json]) -> None:
    """Raise ApiError for definitions beyond Discord's limits, alone or as a set."""
    each = (_definition_errors((str(index),), definition) for index, definition in enumerate(definitions))
    refuse(chain(chain.from_iterable(each), iter(_set_errors(definitions).items())))


def check_choices(choices: list[Json]) -> None:
    """Raise ApiError for too many autocomplete choices, or too long ones."""
    refuse(chain(_choice_count_errors(choices), *(_choice_errors(index, one) for index, one in enumerate(choices))))


def _choice_count_errors(choices: list[Json]) -> Errors:
    if len(choices) > bounds.CHOICES:
        yield ("choices",), too_long(bounds.CHOICES)


def _choice_errors(index: int, choice: Json) -> Errors:
    for key in ("name", "value"):
        text = choice.get(key)
        if text is None or (isinstance(text, str) and len(text) not in bounds.CHOICE_TEXT):
            yield ("choices", str(index), key), bad_length(bounds.CHOICE_TEXT)


def _set_errors(definitions: list[Json]) -> FieldErrors:
    types = [definition.get("type") or CommandType.CHAT_INPUT for definition in definitions]
    for command_type, limit in bounds.COMMANDS_BY_TYPE.items():
        if types.count(command_type) > limit:
            return {(): ("MAX_COMMANDS", f"Maximum number of application commands reached ({limit}).")}
    names = list(zip(types, (definition.get("name") for definition in definitions), strict=True))
    repeated = next((index for index, name in enumerate(names) if name in names[:index]), None)
    if repeated is None:
        return {}
    error = ("APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    return {(str(repeated), "name"): error}


def _definition_errors(path: FieldPath, definition: Json) -> Errors:
    yield from _command_errors(path, definition)
    yield from _option_list_errors(path, definition)


def _command_errors(path: FieldPath, command: Json) -> Errors:
    if (command.get("type") or CommandType.CHAT_INPUT) != CommandType.CHAT_INPUT:
        yield from text_errors(path, command, "name", bounds.COMMAND_NAME)
        return
    yield from name_errors(path, command)
    yield from text_errors(path, command, "description", bounds.COMMAND_DESCRIPTION)
    if _characters(command) > bounds.COMMAND_CHARACTERS:
        yield path, ("APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({bounds.COMMAND_CHARACTERS})")


def _option_list_errors(parent: FieldPath, command: Json) -> Errors:
    """Yield the errors of the options, including those of subcommands."""
    options = command.get("options") or []
    yield from (((*parent, "options"), error) for error in _order_errors(options))
    yield from duplicate_errors(parent, options)
    for index, option in enumerate(options):
        path = (*parent, "options", str(index))
        yield from name_errors(path, option)
        yield from text_errors(path, option, "description", bounds.COMMAND_DESCRIPTION)
        yield from _option_errors(path, option)
        yield from _option_list_errors(path, option)


def _order_errors(options: list[Json]) -> Iterator[FieldError]:
    if len(options) > bounds.COMMAND_OPTIONS:
        yield too_long(bounds.COMMAND_OPTIONS)
    names = [option.get("name") for option in options]
    if len(set(names)) < len(names):
        yield NAME_TAKEN
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        reason = "Required options must be placed before non-required options"
        yield "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", reason


def _option_errors(path: FieldPath, option: Json) -> Errors:
    option_type, choices = option.get("type"), option.get("choices") or []
    if option_type not in tuple(OptionType):
        yield (*path, "type"), choice_error(tuple(OptionType))
    if option.get("autocomplete") and (choices or option_type not in AUTOCOMPLETED):
        reason = "Autocomplete can not be set to true with choices or on this option type"
        yield (*path, "autocomplete"), ("APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", reason)
    yield from (((*path, *field), error) for field, error in _choice_count_errors(choices))
    for index, choice in enumerate(choices):
        yield from text_errors((*path, "choices", str(index)), choice, "name", bounds.CHOICE_TEXT)


def _characters(item: Json) -> int:
    """Count names, descriptions and choice values; of translations the longest counts."""
    nested = [*(item.get("options") or []), *(item.get("choices") or [])]
    value = item.get("value")
    own = longest(item, "name") + longest(item, "description") + (len(value) if isinstance(value, str) else 0)
    return own + sum(map(_characters, nested))
