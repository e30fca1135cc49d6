"""How the bot answers an interaction: callback, edits, follow-ups, deletion, as strict as Discord."""

import mimetypes
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.errors import ApiError, invalid_form
from sandbox.interaction_payloads import EPHEMERAL
from sandbox.mentions import INTERACTION_DEFAULT, mark_mentions
from sandbox.state import Attachment, Interaction, InteractionKind, Json, Message, Shown
from sandbox.world import World

REPLY, DEFER, CHOICES = 4, 5, 8
MAX_CONTENT_CHARACTERS = 2000
SUPPRESS_EMBEDS = 1 << 2


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request, by its index in `files[n]`."""

    index: int
    filename: str
    data: bytes


def answer(world: World, interaction: Interaction, body: Json, uploads: list[Upload]) -> None:
    """Take the one callback that an interaction may have."""
    elapsed_seconds = time.monotonic() - interaction.created_seconds
    if interaction.acknowledged_after_seconds is not None:
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    if interaction.failed or elapsed_seconds > world.timing.acknowledge_seconds:
        raise ApiError(404, 10062, "Unknown interaction")
    kind, data = body.get("type"), body.get("data") or {}
    if kind not in ((CHOICES,) if interaction.kind is InteractionKind.AUTOCOMPLETE else (REPLY, DEFER)):
        raise invalid_form({("type",): ("BASE_TYPE_CHOICES", "Not a callback for this interaction.")})
    if kind == CHOICES:
        interaction.choices = checked_choices(data)
    else:
        _answer_with_message(world, interaction, kind == DEFER, data, uploads)
    interaction.acknowledged_after_seconds = elapsed_seconds
    world.announce("interaction", interaction)


def _answer_with_message(
    world: World, interaction: Interaction, deferred: bool, data: Json, uploads: list[Upload]
) -> None:
    ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
    message = _new_message(world, interaction, ephemeral)
    message.loading = deferred
    if not deferred:
        write(world, message, data, uploads)
    interaction.original, interaction.deferred, interaction.ephemeral = message, deferred, ephemeral
    publish(world, message)


def checked_choices(data: Json) -> list[Json]:
    """Return completion choices; refuses more than 25, and names or values that are too long."""
    choices: list[Json] = [choice for choice in data.get("choices") or [] if choice]
    faults: dict[tuple[str, ...], tuple[str, str]] = {}
    if len(choices) > 25:
        faults["data", "choices"] = ("BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for index, choice in enumerate(choices):
        for key in ("name", "value"):
            text = choice.get(key)
            if text is None or (isinstance(text, str) and not 1 <= len(text) <= 100):
                length = ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
                faults["data", "choices", str(index), key] = length
    if faults:
        raise invalid_form(faults)
    return choices


def follow_up(world: World, interaction: Interaction, body: Json, uploads: list[Upload]) -> Message:
    """Send a further message; the first one after a defer is the deferred answer itself."""
    original = interaction.original
    if original and original.loading and not original.deleted:
        edit(world, original, body, uploads)
        return original
    ephemeral = bool((body.get("flags") or 0) & EPHEMERAL)
    message = _new_message(world, interaction, ephemeral)
    write(world, message, body, uploads)
    interaction.followups.append(message)
    publish(world, message)
    return message


def edit(world: World, message: Message, body: Json, uploads: list[Upload]) -> None:
    """Change a message in place."""
    write(world, message, body, uploads)
    if not message.loading:
        message.edited_at = datetime.now(UTC)
    message.loading = False
    world.announce("message_changed", message)


def delete(world: World, message: Message) -> None:
    """Take a message away."""
    message.deleted = True
    world.announce("message_deleted", message)


def publish(world: World, message: Message) -> None:
    """Let a new message be seen."""
    world.messages[message.id] = message
    world.announce("message_created", message)


def write(world: World, message: Message, body: Json, uploads: list[Upload]) -> None:
    """Put a body's parts into a message; raises ApiError and changes nothing when Discord would refuse."""
    changes = _checked_parts(body)
    attachments = _attachments(world, message, body, uploads)
    has_content = changes.get("content", message.content)
    if not (has_content or attachments or changes.get("embeds", message.embeds) or body.get("components")):
        raise ApiError(400, 50006, "Cannot send an empty message")
    for part, value in changes.items():
        setattr(message, part, value)
    message.attachments = attachments
    mark_mentions(message, body.get("allowed_mentions") or INTERACTION_DEFAULT, world.guild)
    message.history.append(Shown(message.content, time.monotonic()))


def _checked_parts(body: Json) -> dict[str, Any]:
    """Return the plain parts that the body sets; Discord strips white space around the content."""
    faults: dict[tuple[str, ...], tuple[str, str]] = {}
    parts: dict[str, Any] = {key: body[key] or [] for key in ("embeds", "components") if key in body}
    if "content" in body:
        parts["content"] = str(body["content"] or "").strip()
        if len(body["content"] or "") > MAX_CONTENT_CHARACTERS:
            length = f"Must be {MAX_CONTENT_CHARACTERS} or fewer in length."
            faults["content",] = ("BASE_TYPE_MAX_LENGTH", length)
    if len(parts.get("embeds", [])) > 10:
        faults["embeds",] = ("BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    if faults:
        raise invalid_form(faults)
    if "flags" in body:
        parts["flags"] = (body["flags"] or 0) & SUPPRESS_EMBEDS
    return parts


def _attachments(world: World, message: Message, body: Json, uploads: list[Upload]) -> list[Attachment]:
    """Return what is kept of the old attachments, then the new ones."""
    declared: list[Json] = body.get("attachments") or []
    kept = {str(item["id"]) for item in declared}
    old = [item for item in message.attachments if "attachments" not in body or str(item.id) in kept]
    descriptions = {str(item["id"]): item.get("description") for item in declared}
    new = [_attachment(world, message, item, descriptions.get(str(item.index))) for item in uploads]
    return old + new


def _attachment(world: World, message: Message, upload: Upload, description: str | None) -> Attachment:
    identifier = world.new_id()
    kind = mimetypes.guess_type(upload.filename)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    url = f"{world.url}/attachments/{message.channel.id}/{identifier}/{upload.filename}"
    return Attachment(identifier, upload.filename, kind, url, upload.data, description)


def _new_message(world: World, interaction: Interaction, ephemeral: bool) -> Message:
    message = world.new_message(world.bot, interaction.channel, ephemeral=ephemeral)
    message.interaction = interaction
    return message
