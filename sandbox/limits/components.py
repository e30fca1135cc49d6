"""Discord's limits on message components."""

from collections import Counter
from collections.abc import Callable
from itertools import chain

from tempera.sandbox.limits import bounds
from tempera.sandbox.limits.field_errors import (
    REQUIRED,
    Errors,
    choice_error,
    count_errors,
    length_errors,
    number_errors,
    refuse,
)
from tempera.sandbox.state.components import SELECTS, ButtonStyle, ComponentType, walk
from tempera.sandbox.state.errors import FieldPath
from tempera.sandbox.state.json_object import Json

IN_CONTAINER = (
    ComponentType.ACTION_ROW,
    ComponentType.SECTION,
    ComponentType.TEXT_DISPLAY,
    ComponentType.MEDIA_GALLERY,
    ComponentType.FILE,
    ComponentType.SEPARATOR,
)
IN_LAYOUT = (*IN_CONTAINER, ComponentType.CONTAINER)
WITHOUT_CUSTOM_ID = (ButtonStyle.LINK, ButtonStyle.PREMIUM)


def check_message_components(components: list[Json], *, layout: bool) -> None:
    """Raise ApiError for components that a message can't hold; `layout` marks a Components V2 message."""
    errors = _layout_errors(components) if layout else _row_list_errors(components)
    refuse(chain(custom_id_errors(components), errors))


def type_errors(path: FieldPath, components: list[Json], allowed: tuple[ComponentType, ...]) -> Errors:
    """Yield an error for each component whose type is not allowed here."""
    known = ", ".join(str(int(one)) for one in sorted(allowed))
    for index, component in enumerate(components):
        if component.get("type") not in allowed:
            error = ("UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({known}).')
            yield (*path, str(index), "type"), error


def custom_id_errors(components: list[Json]) -> Errors:
    """Yield an error for each custom_id that is used twice."""
    counts = Counter(component["custom_id"] for component in walk(components) if component.get("custom_id"))
    for custom_id, count in counts.items():
        if count > 1:
            error = ("COMPONENT_CUSTOM_ID_DUPLICATED", f"Component custom id cannot be duplicated: {custom_id}")
            yield ("components",), error


def _row_list_errors(components: list[Json]) -> Errors:
    yield from count_errors(("components",), components, bounds.ACTION_ROWS)
    yield from type_errors(("components",), components, (ComponentType.ACTION_ROW,))
    yield from _nested_errors((), components)


def _layout_errors(components: list[Json]) -> Errors:
    every = list(walk(components))
    yield from count_errors(("components",), every, bounds.LAYOUT_COMPONENTS)
    yield from type_errors(("components",), components, IN_LAYOUT)
    if sum(len(component.get("content") or "") for component in every) > bounds.LAYOUT_CHARACTERS:
        error = f"The total length of displayable text must be {bounds.LAYOUT_CHARACTERS} or fewer."
        yield ("components",), ("COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", error)
    yield from _nested_errors((), components)


def _nested_errors(parent: FieldPath, components: list[Json]) -> Errors:
    for index, component in enumerate(components):
        path = (*parent, "components", str(index))
        check = CHECKS.get(component.get("type") or 0)
        yield from check(path, component) if check else ()
        yield from _nested_errors(path, component.get("components") or [])


def _row_errors(path: FieldPath, row: Json) -> Errors:
    children, path = row.get("components") or [], (*path, "components")
    selects = any(child.get("type") in SELECTS for child in children)
    yield from count_errors(path, children, bounds.ROW_SELECTS if selects else bounds.ROW_BUTTONS)
    yield from type_errors(path, children, (ComponentType.BUTTON, *SELECTS))


def _section_errors(path: FieldPath, section: Json) -> Errors:
    children, accessory = section.get("components") or [], section.get("accessory") or {}
    yield from count_errors((*path, "components"), children, bounds.SECTION_TEXTS)
    yield from type_errors((*path, "components"), children, (ComponentType.TEXT_DISPLAY,))
    if accessory.get("type") == ComponentType.BUTTON:
        yield from _button_errors((*path, "accessory"), accessory)
    elif accessory.get("type") != ComponentType.THUMBNAIL:
        yield (*path, "accessory"), REQUIRED


def _text_display_errors(path: FieldPath, text: Json) -> Errors:
    yield from length_errors(text, "content", bounds.TEXT_DISPLAY, path)


def _container_errors(path: FieldPath, container: Json) -> Errors:
    yield from type_errors((*path, "components"), container.get("components") or [], IN_CONTAINER)


def _button_errors(path: FieldPath, button: Json) -> Errors:
    yield from length_errors(button, "label", bounds.BUTTON_LABEL, path)
    style = button.get("style")
    if style not in tuple(ButtonStyle):
        yield (*path, "style"), choice_error(tuple(ButtonStyle))
    elif style == ButtonStyle.LINK:
        yield from length_errors(button, "url", bounds.BUTTON_URL, path)
    elif style != ButtonStyle.PREMIUM:
        yield from length_errors(button, "custom_id", bounds.CUSTOM_ID, path)
    yield from _button_conflicts(path, button)


def _button_conflicts(path: FieldPath, button: Json) -> Errors:
    """Yield an error for a custom_id on a link, and for a button without a label or emoji."""
    if button.get("style") in WITHOUT_CUSTOM_ID and button.get("custom_id"):
        error = "A custom id and url cannot both be specified"
        yield (*path, "custom_id"), ("BUTTON_COMPONENT_CUSTOM_ID_URL_EXCLUSIVE", error)
    if button.get("style") != ButtonStyle.PREMIUM and not (button.get("label") or button.get("emoji")):
        yield (*path, "label"), ("BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or emoji is required")


def select_errors(path: FieldPath, select: Json) -> Errors:
    """Yield the errors of a select menu."""
    yield from length_errors(select, "custom_id", bounds.CUSTOM_ID, path)
    yield from length_errors(select, "placeholder", bounds.SELECT_PLACEHOLDER, path)
    options = select.get("options") or []
    if select["type"] == ComponentType.STRING_SELECT:
        yield from count_errors((*path, "options"), options, bounds.SELECT_OPTIONS)
    yield from number_errors(select, "min_values", bounds.SELECT_MIN_VALUES, 1, path)
    yield from number_errors(select, "max_values", bounds.SELECT_MAX_VALUES, 1, path)
    for index, option in enumerate(options):
        yield from _select_option_errors((*path, "options", str(index)), option)


def _select_option_errors(path: FieldPath, option: Json) -> Errors:
    yield from length_errors(option, "label", bounds.SELECT_OPTION_TEXT, path)
    yield from length_errors(option, "value", bounds.SELECT_OPTION_TEXT, path)
    yield from length_errors(option, "description", bounds.SELECT_OPTION_DESCRIPTION, path)


CHECKS: dict[int, Callable[[FieldPath, Json], Errors]] = {
    ComponentType.ACTION_ROW: _row_errors,
    ComponentType.BUTTON: _button_errors,
    ComponentType.SECTION: _section_errors,
    ComponentType.TEXT_DISPLAY: _text_display_errors,
    ComponentType.CONTAINER: _container_errors,
    **dict.fromkeys(SELECTS, select_errors),
}
