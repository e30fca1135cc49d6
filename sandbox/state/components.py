"""Message components: their types, button styles, and walking through nested ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from tempera.sandbox.state.json_object import Json


class ComponentType(IntEnum):
    """Discord's component types."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


class ButtonStyle(IntEnum):
    """Discord's button styles."""

    PRIMARY = 1
    SECONDARY = 2
    SUCCESS = 3
    DANGER = 4
    LINK = 5
    PREMIUM = 6


SELECTS = (
    ComponentType.STRING_SELECT,
    ComponentType.USER_SELECT,
    ComponentType.ROLE_SELECT,
    ComponentType.MENTIONABLE_SELECT,
    ComponentType.CHANNEL_SELECT,
)
INPUTS = (
    ComponentType.TEXT_INPUT,
    *SELECTS,
    ComponentType.FILE_UPLOAD,
    ComponentType.RADIO_GROUP,
    ComponentType.CHECKBOX_GROUP,
    ComponentType.CHECKBOX,
)


@dataclass(frozen=True, slots=True)
class Button:
    """A button as users see it; a link button has no `custom_id`."""

    label: str
    custom_id: str | None
    style: int
    disabled: bool


def walk(components: list[Json]) -> Iterator[Json]:
    """Yield components and the components inside them, parents first."""
    for component in components:
        yield component
        single = (component[key] for key in ("accessory", "component") if component.get(key))
        yield from walk([*(component.get("components") or []), *single])


def buttons_in(components: list[Json]) -> list[Button]:
    """Return the buttons in display order."""
    return [
        Button(item.get("label") or "", item.get("custom_id"), item["style"], bool(item.get("disabled")))
        for item in walk(components)
        if item["type"] == ComponentType.BUTTON
    ]


def assign_component_ids(components: list[Json]) -> None:
    """Number the components that have no id, as Discord does: from 1, parents first."""
    for component_id, component in enumerate(walk(components), start=1):
        component["id"] = component.get("id") or component_id
