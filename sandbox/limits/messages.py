"""The parts of a message as the bot sends them: content, embeds, components and flags, within Discord's limits."""

from copy import deepcopy
from typing import Any

from sandbox.limits.components import check_message_components, numbered
from sandbox.limits.embeds import check_embeds
from sandbox.state.errors import invalid_form
from sandbox.state.interactions import Json, Message

MAX_CONTENT_CHARACTERS = 2000
SUPPRESS_EMBEDS, EPHEMERAL, LAYOUT = 1 << 2, 1 << 6, 1 << 15  # LAYOUT: a message of Components V2
PARTS = ("content", "embeds", "components")


def checked_parts(message: Message, body: Json) -> dict[str, Any]:
    """Return the parts that the body sets; raises ApiError. Discord strips white space around the content."""
    parts: dict[str, Any] = {key: deepcopy(body[key]) or [] for key in ("embeds", "components") if key in body}
    if "content" in body:
        parts["content"] = str(body["content"] or "").strip()
        if len(body["content"] or "") > MAX_CONTENT_CHARACTERS:
            length = f"Must be {MAX_CONTENT_CHARACTERS} or fewer in length."
            raise invalid_form({("content",): ("BASE_TYPE_MAX_LENGTH", length)})
    check_embeds(parts.get("embeds", []))
    flags = body.get("flags") or 0
    if "flags" in body:
        parts["flags"] = flags & (SUPPRESS_EMBEDS | LAYOUT) | message.flags & LAYOUT
    layout = bool((flags | message.flags) & LAYOUT)
    if layout:
        _check_layout(message, parts)
    if "components" in parts:
        check_message_components(parts["components"], layout=layout)
        numbered(parts["components"])
    return parts


def _check_layout(message: Message, parts: dict[str, Any]) -> None:
    """Refuse content and embeds beside Components V2."""
    for part in ("content", "embeds"):
        if parts.get(part, getattr(message, part)):
            reason = f"The '{part}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            raise invalid_form({(part,): ("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", reason)})
