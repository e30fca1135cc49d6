"""Validates what the bot sends as a message: content, embeds, components and flags."""

from copy import deepcopy
from typing import Any

from tempera.sandbox.limits.bounds import MESSAGE_CONTENT
from tempera.sandbox.limits.components import check_message_components
from tempera.sandbox.limits.embeds import check_embeds
from tempera.sandbox.limits.field_errors import too_long
from tempera.sandbox.state.components import assign_component_ids
from tempera.sandbox.state.errors import invalid_form
from tempera.sandbox.state.interactions import StoredMessage
from tempera.sandbox.state.json_object import Json

SUPPRESS_EMBEDS, EPHEMERAL, COMPONENTS_V2 = 1 << 2, 1 << 6, 1 << 15
VISIBLE_FIELDS = ("content", "embeds", "components")


def validated_fields(message: StoredMessage, body: Json) -> dict[str, Any]:
    """Return the message fields that the body sets; raises ApiError."""
    fields: dict[str, Any] = {key: deepcopy(body[key]) or [] for key in ("embeds", "components") if key in body}
    if "content" in body:
        fields["content"] = _validated_content(str(body["content"] or ""))
    check_embeds(fields.get("embeds", []))
    flags = body.get("flags") or 0
    if "flags" in body:
        fields["flags"] = flags & (SUPPRESS_EMBEDS | COMPONENTS_V2) | message.flags & COMPONENTS_V2
    layout = bool((flags | message.flags) & COMPONENTS_V2)
    if layout:
        _check_layout(message, fields)
    if "components" in fields:
        check_message_components(fields["components"], layout=layout)
        assign_component_ids(fields["components"])
    return fields


def _validated_content(content: str) -> str:
    """Return the content as Discord stores it, without surrounding white space."""
    if len(content) > MESSAGE_CONTENT.maximum:
        raise invalid_form({("content",): too_long(MESSAGE_CONTENT.maximum)})
    return content.strip()


def _check_layout(message: StoredMessage, fields: dict[str, Any]) -> None:
    """Raise ApiError for content or embeds in a Components V2 message."""
    for field in ("content", "embeds"):
        if fields.get(field, getattr(message, field)):
            reason = f"The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            raise invalid_form({(field,): ("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", reason)})
