"""Discord's limits on modals."""

from itertools import chain

from tempera.sandbox.limits import bounds
from tempera.sandbox.limits.components import custom_id_errors, select_errors, type_errors
from tempera.sandbox.limits.field_errors import Errors, choice_error, count_errors, length_errors, number_errors, refuse
from tempera.sandbox.state.components import INPUTS, SELECTS, ComponentType
from tempera.sandbox.state.errors import FieldPath
from tempera.sandbox.state.json_object import Json

IN_MODAL = (ComponentType.ACTION_ROW, ComponentType.TEXT_DISPLAY, ComponentType.LABEL)
TEXT_INPUT_STYLES = (1, 2)  # one line, a paragraph


def check_modal(data: Json) -> None:
    """Raise ApiError for a modal beyond Discord's limits."""
    components = data.get("components") or []
    rows = (_row_errors(("components", str(index)), row) for index, row in enumerate(components))
    refuse(
        chain(
            length_errors(data, "custom_id", bounds.CUSTOM_ID),
            length_errors(data, "title", bounds.MODAL_TITLE),
            count_errors(("components",), components, bounds.MODAL_ROWS),
            type_errors(("components",), components, IN_MODAL),
            custom_id_errors(components),
            chain.from_iterable(rows),
        )
    )


def _row_errors(path: FieldPath, row: Json) -> Errors:
    """Yield the errors of a label with its input, or of a legacy action row with a text input."""
    if row.get("type") == ComponentType.LABEL:
        yield from _label_errors(path, row)
    elif row.get("type") == ComponentType.ACTION_ROW:
        inputs = row.get("components") or []
        yield from count_errors((*path, "components"), inputs, bounds.MODAL_ROW_INPUTS)
        for component in inputs:
            yield from length_errors(component, "label", bounds.MODAL_LABEL, (*path, "components", "0"))
            yield from _input_errors((*path, "components", "0"), component)


def _label_errors(path: FieldPath, label: Json) -> Errors:
    yield from length_errors(label, "label", bounds.MODAL_LABEL, path)
    yield from length_errors(label, "description", bounds.MODAL_DESCRIPTION, path)
    component = label.get("component") or {}
    yield from type_errors((*path, "component"), [component], INPUTS)
    yield from _input_errors((*path, "component"), component)


def _input_errors(path: FieldPath, component: Json) -> Errors:
    if component.get("type") in SELECTS:
        yield from select_errors(path, component)
        return
    yield from length_errors(component, "custom_id", bounds.CUSTOM_ID, path)
    yield from length_errors(component, "placeholder", bounds.TEXT_INPUT_PLACEHOLDER, path)
    if component.get("type") == ComponentType.TEXT_INPUT:
        yield from _text_input_errors(path, component)


def _text_input_errors(path: FieldPath, text_input: Json) -> Errors:
    yield from length_errors(text_input, "value", bounds.TEXT_INPUT_VALUE, path)
    if text_input.get("style") not in TEXT_INPUT_STYLES:
        yield (*path, "style"), choice_error(TEXT_INPUT_STYLES)
    yield from number_errors(text_input, "min_length", bounds.TEXT_INPUT_MIN_LENGTH, 0, path)
    yield from number_errors(text_input, "max_length", bounds.TEXT_INPUT_MAX_LENGTH, 1, path)
