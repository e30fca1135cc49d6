"""Discord's limits on the components of messages and forms; what breaks them is refused."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain

from sandbox.state.errors import invalid_form
from sandbox.state.interactions import BUTTON, Json, nested

ROW, STRING_SELECT, TEXT_INPUT = 1, 3, 4
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
UPLOAD, RADIOS, CHECKBOXES, CHECKBOX = 19, 21, 22, 23
SELECTS = (STRING_SELECT, 5, 6, 7, 8)
INPUTS = (TEXT_INPUT, *SELECTS, UPLOAD, RADIOS, CHECKBOXES, CHECKBOX)
IN_MODAL = (ROW, TEXT_DISPLAY, LABEL)
IN_CONTAINER = (ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR)
IN_LAYOUT = (*IN_CONTAINER, CONTAINER)
LINK, PREMIUM = 5, 6  # button styles without a custom_id
MAX_LAYOUT_COMPONENTS, MAX_LAYOUT_CHARACTERS = 40, 4000

Path = tuple[str, ...]
Found = Iterator[tuple[Path, tuple[str, str]]]
REQUIRED = ("BASE_TYPE_REQUIRED", "This field is required")


def numbered(components: list[Json]) -> list[Json]:
    """Give each component the id that Discord gives it, counted from 1, outer ones first."""
    for identifier, item in enumerate(nested(components), start=1):
        item["id"] = item.get("id") or identifier
    return components


def check_message_components(components: list[Json], *, layout: bool) -> None:
    """Refuse what a message can't hold; `layout` is a message of Components V2."""
    faults: Found = chain(
        _custom_id_faults(components), _layout_faults(components) if layout else _row_faults(components)
    )
    _refuse(faults)


def check_modal(data: Json) -> None:
    """Refuse a form beyond Discord's limits."""
    components = data.get("components") or []
    faults: Found = chain(
        length_faults(data, "custom_id", 1, 100),
        length_faults(data, "title", 1, 45),
        count_faults(("components",), components, 1, 5),
        _type_faults(("components",), components, IN_MODAL),
        _custom_id_faults(components),
        chain.from_iterable(_field_faults(("components", str(i)), item) for i, item in enumerate(components)),
    )
    _refuse(faults)


def _refuse(found: Found) -> None:
    if faults := dict(found):
        raise invalid_form(faults)


def length_faults(thing: Json, key: str, least: int, most: int, path: Path = ()) -> Found:
    """Yield a fault when the text at this key is missing (with `least` above 0), too short or too long."""
    text = thing.get(key)
    if text is None:
        if least:
            yield (*path, key), REQUIRED
    elif not least <= len(text) <= most:
        yield (*path, key), ("BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def count_faults(path: Path, things: list[Json], least: int, most: int) -> Found:
    """Yield a fault when there are too few or too many."""
    if not least <= len(things) <= most:
        yield path, ("BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def _type_faults(path: Path, components: list[Json], allowed: tuple[int, ...]) -> Found:
    for index, item in enumerate(components):
        if item.get("type") not in allowed:
            known = ", ".join(map(str, sorted(allowed)))
            yield (
                (*path, str(index), "type"),
                ("UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({known}).'),
            )


def _custom_id_faults(components: list[Json]) -> Found:
    counted = Counter(item["custom_id"] for item in nested(components) if item.get("custom_id"))
    for custom_id, count in counted.items():
        if count > 1:
            fault = ("COMPONENT_CUSTOM_ID_DUPLICATED", f"Component custom id cannot be duplicated: {custom_id}")
            yield ("components",), fault


def _row_faults(components: list[Json]) -> Found:
    """Yield the faults of a message's rows: five at most, of five buttons or of one menu."""
    yield from count_faults(("components",), components, 0, 5)
    yield from _type_faults(("components",), components, (ROW,))
    yield from _inner_faults((), components)


def _layout_faults(components: list[Json]) -> Found:
    everything = list(nested(components))
    yield from count_faults(("components",), everything, 1, MAX_LAYOUT_COMPONENTS)
    yield from _type_faults(("components",), components, IN_LAYOUT)
    if sum(len(item.get("content") or "") for item in everything) > MAX_LAYOUT_CHARACTERS:
        fault = f"The total length of displayable text must be {MAX_LAYOUT_CHARACTERS} or fewer."
        yield ("components",), ("COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", fault)
    yield from _inner_faults((), components)


def _inner_faults(path: Path, components: list[Json]) -> Found:
    """Yield the faults of components and of those inside them."""
    for index, item in enumerate(components):
        place = (*path, "components", str(index))
        check = CHECKS.get(item.get("type") or 0)
        yield from check(place, item) if check else ()
        yield from _inner_faults(place, item.get("components") or [])


def _one_row_faults(path: Path, row: Json) -> Found:
    inner, place = row.get("components") or [], (*path, "components")
    yield from count_faults(place, inner, 1, 1 if any(one.get("type") in SELECTS for one in inner) else 5)
    yield from _type_faults(place, inner, (BUTTON, *SELECTS))


def _section_faults(path: Path, section: Json) -> Found:
    inner, accessory = section.get("components") or [], section.get("accessory") or {}
    yield from count_faults((*path, "components"), inner, 1, 3)
    yield from _type_faults((*path, "components"), inner, (TEXT_DISPLAY,))
    if accessory.get("type") == BUTTON:
        yield from _button_faults((*path, "accessory"), accessory)
    elif accessory.get("type") != THUMBNAIL:
        yield (*path, "accessory"), REQUIRED


def _text_faults(path: Path, text: Json) -> Found:
    yield from length_faults(text, "content", 1, MAX_LAYOUT_CHARACTERS, path)


def _container_faults(path: Path, container: Json) -> Found:
    yield from _type_faults((*path, "components"), container.get("components") or [], IN_CONTAINER)


def _button_faults(path: Path, button: Json) -> Found:
    yield from length_faults(button, "label", 0, 80, path)
    style = button.get("style")
    if style not in range(1, 7):
        yield (*path, "style"), ("BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}.")
    elif style == LINK:
        yield from length_faults(button, "url", 1, 512, path)
    elif style != PREMIUM:
        yield from length_faults(button, "custom_id", 1, 100, path)
    if style in (LINK, PREMIUM) and button.get("custom_id"):
        yield (
            (*path, "custom_id"),
            ("BUTTON_COMPONENT_CUSTOM_ID_URL_EXCLUSIVE", "A custom id and url cannot both be specified"),
        )
    if style != PREMIUM and not (button.get("label") or button.get("emoji")):
        yield (*path, "label"), ("BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or emoji is required")


def _select_faults(path: Path, menu: Json) -> Found:
    yield from length_faults(menu, "custom_id", 1, 100, path)
    yield from length_faults(menu, "placeholder", 0, 150, path)
    options = menu.get("options") or []
    if menu["type"] == STRING_SELECT:
        yield from count_faults((*path, "options"), options, 1, 25)
    for key, least in (("min_values", 0), ("max_values", 1)):
        if not least <= menu.get(key, 1) <= 25:
            yield (*path, key), ("NUMBER_TYPE_MAX", f"int value should be between {least} and 25.")
    for index, option in enumerate(options):
        place = (*path, "options", str(index))
        yield from length_faults(option, "label", 1, 100, place)
        yield from length_faults(option, "value", 1, 100, place)
        yield from length_faults(option, "description", 0, 100, place)


CHECKS: dict[int, Callable[[Path, Json], Found]] = {
    ROW: _one_row_faults,
    BUTTON: _button_faults,
    SECTION: _section_faults,
    TEXT_DISPLAY: _text_faults,
    CONTAINER: _container_faults,
    **dict.fromkeys(SELECTS, _select_faults),
}


def _field_faults(path: Path, item: Json) -> Found:
    """Yield the faults of one row of a form: a label with its field, or an old row with a text field."""
    if item.get("type") == LABEL:
        yield from length_faults(item, "label", 1, 45, path)
        yield from length_faults(item, "description", 0, 100, path)
        field = item.get("component") or {}
        yield from _type_faults((*path, "component"), [field], INPUTS)
        yield from _input_faults((*path, "component"), field)
    elif item.get("type") == ROW:
        fields = item.get("components") or []
        yield from count_faults((*path, "components"), fields, 1, 1)
        for field in fields:
            yield from length_faults(field, "label", 1, 45, (*path, "components", "0"))
            yield from _input_faults((*path, "components", "0"), field)


def _input_faults(path: Path, field: Json) -> Found:
    if field.get("type") in SELECTS:
        yield from _select_faults(path, field)
        return
    yield from length_faults(field, "custom_id", 1, 100, path)
    yield from length_faults(field, "value", 0, 4000, path) if field.get("type") == TEXT_INPUT else ()
    yield from length_faults(field, "placeholder", 0, 100, path)
    if field.get("type") == TEXT_INPUT and field.get("style") not in (1, 2):
        yield (*path, "style"), ("BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")
    for key, least in (("min_length", 0), ("max_length", 1)):
        if not least <= (least if field.get(key) is None else field[key]) <= 4000:
            yield (*path, key), ("NUMBER_TYPE_MAX", f"int value should be between {least} and 4000.")
