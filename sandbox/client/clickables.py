"""Finds the button or select menu that a user can use on a message, as Discord's client would."""

from tempera.sandbox.state.components import SELECTS, ButtonStyle, ComponentType, walk
from tempera.sandbox.state.errors import NotClickable
from tempera.sandbox.state.guilds import User
from tempera.sandbox.state.interactions import StoredMessage
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.visibility import is_addressed_to

CLICKABLE = (ComponentType.BUTTON, *SELECTS)


def clickable(message: StoredMessage, name: str, user: User) -> Json:
    """Return the component with this custom_id, label or its beginning, placeholder or emoji; raises NotClickable."""
    if message.deleted:
        raise NotClickable(name, "the message has been deleted")
    if not is_addressed_to(user, message):
        raise NotClickable(name, f"{user.display_name} can't see this ephemeral message")
    component = _component_named(message, name)
    if component.get("disabled"):
        raise NotClickable(name, "it is disabled")
    if component.get("style") == ButtonStyle.LINK:
        raise NotClickable(name, "it is a link")
    return component


def _component_named(message: StoredMessage, name: str) -> Json:
    components = [component for component in walk(message.components) if component["type"] in CLICKABLE]
    for component in components:
        if name in _names(component):
            return component
    begun = [component for component in components if str(component.get("label")).startswith(f"{name} ")]
    if len(begun) == 1:
        return begun[0]
    known = ", ".join(_names(component)[0] for component in components)
    raise NotClickable(name, f"no such component; this message has: {known or 'none'}")


def _names(component: Json) -> list[str]:
    """Return the names by which a component can be found, the visible ones first."""
    emoji = (component.get("emoji") or {}).get("name")
    names = (component.get("label"), component.get("placeholder"), emoji, component.get("custom_id"))
    return [str(name) for name in names if name]
