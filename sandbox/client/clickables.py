"""Which buttons and menus of a message a user may press, as Discord's client decides it."""

from sandbox.limits.components import LINK, SELECTS
from sandbox.state.errors import NotClickable
from sandbox.state.interactions import BUTTON, Json, Message, User, nested


def sees(visitor: User, message: Message) -> bool:
    """Tell whether the message is for everyone or for this user."""
    addressee = message.interaction and message.interaction.user
    return not message.ephemeral or addressee == visitor


def clickable(message: Message, which: str, user: User) -> Json:
    """Return the button or menu of this custom_id, label or placeholder; raises NotClickable."""
    if message.deleted:
        raise NotClickable(which, "the message is deleted")
    if not sees(user, message):
        raise NotClickable(which, f"only another user than {user.display_name} sees the message")
    there = [item for item in nested(message.components) if item["type"] in (BUTTON, *SELECTS)]
    found = [item for item in there if which in _names(item)]
    if not found:
        known = ", ".join(str(_names(item)[0]) for item in there)
        raise NotClickable(which, f"the message has no such button; there are: {known or 'none'}")
    if found[0].get("disabled"):
        raise NotClickable(which, "it is disabled")
    if found[0].get("style") == LINK:
        raise NotClickable(which, "it is a link")
    return found[0]


def _names(item: Json) -> list[str]:
    """Return what a user or a test may call it."""
    emoji = (item.get("emoji") or {}).get("name")
    return [name for name in (item.get("label"), item.get("placeholder"), emoji, item.get("custom_id")) if name]
