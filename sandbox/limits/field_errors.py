"""The checks that several kinds of request bodies share; each yields errors by field, as Discord reports them."""

from collections.abc import Iterator, Sized

from tempera.sandbox.limits.bounds import Bounds
from tempera.sandbox.state.errors import FieldError, FieldPath, invalid_form
from tempera.sandbox.state.json_object import Json

Errors = Iterator[tuple[FieldPath, FieldError]]
REQUIRED: FieldError = ("BASE_TYPE_REQUIRED", "This field is required")
NOT_A_DICTIONARY: FieldError = ("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")


def refuse(errors: Errors) -> None:
    """Raise ApiError if there are any errors."""
    if found := dict(errors):
        raise invalid_form(found)


def bad_length(bounds: Bounds) -> FieldError:
    """Return the error for a length outside the bounds."""
    return "BASE_TYPE_BAD_LENGTH", f"Must be between {bounds.minimum} and {bounds.maximum} in length."


def too_long(maximum: int) -> FieldError:
    """Return the error for a length above the maximum."""
    return "BASE_TYPE_MAX_LENGTH", f"Must be {maximum} or fewer in length."


def length_errors(item: Json, key: str, bounds: Bounds, path: FieldPath = ()) -> Errors:
    """Yield an error if the text is missing (unless it may be empty), too short or too long."""
    text = item.get(key)
    if text is None:
        if bounds.minimum:
            yield (*path, key), REQUIRED
    elif len(text) not in bounds:
        yield (*path, key), bad_length(bounds)


def count_errors(path: FieldPath, items: Sized, bounds: Bounds) -> Errors:
    """Yield an error if there are too few or too many items."""
    if len(items) not in bounds:
        yield path, bad_length(bounds)


def choice_error(allowed: tuple[int, ...]) -> FieldError:
    """Return the error for a number that is not one of those allowed."""
    return "BASE_TYPE_CHOICES", f"Value must be one of {{{', '.join(str(int(one)) for one in allowed)}}}."


def number_errors(item: Json, key: str, bounds: Bounds, default: int, path: FieldPath) -> Errors:
    """Yield an error if the number, or the default if there is none, is out of bounds."""
    number = default if item.get(key) is None else item[key]
    if number not in bounds:
        yield (*path, key), ("NUMBER_TYPE_MAX", f"int value should be between {bounds.minimum} and {bounds.maximum}.")
