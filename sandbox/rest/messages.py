"""Sends, edits and deletes the bot's messages, as strictly as Discord."""

import mimetypes
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from tempera.sandbox.limits.messages import EPHEMERAL, VISIBLE_FIELDS, validated_fields
from tempera.sandbox.state.errors import ApiError
from tempera.sandbox.state.interactions import Attachment, CallbackType, Interaction, Revision, StoredMessage
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.mentions import INTERACTION_DEFAULT, MESSAGE_DEFAULT, check_allowed_mentions, update_mentions
from tempera.sandbox.state.world import World


@dataclass(frozen=True, slots=True)
class Upload:
    """A file uploaded with a request as `files[index]`."""

    index: int
    filename: str
    data: bytes


def follow_up(world: World, interaction: Interaction, body: Json, uploads: list[Upload]) -> StoredMessage:
    """Send a follow-up; the first one after a deferral fills in the deferred response."""
    original = interaction.original
    if original and original.loading and not original.deleted and interaction.callback is CallbackType.DEFER:
        edit(world, original, body, uploads)
        return original
    ephemeral = bool((body.get("flags") or 0) & EPHEMERAL)
    message = new_response(world, interaction, ephemeral=ephemeral)
    write(world, message, body, uploads)
    interaction.followups.append(message)
    world.publish(message)
    return message


def edit(world: World, message: StoredMessage, body: Json, uploads: list[Upload]) -> None:
    """Edit a message."""
    write(world, message, body, uploads)
    if not message.loading:
        message.edited_at = datetime.now(UTC)
    message.loading = False
    world.announce("message_changed", message)


def delete(world: World, message: StoredMessage) -> None:
    """Delete a message."""
    message.deleted = True
    world.announce("message_deleted", message)


def write(world: World, message: StoredMessage, body: Json, uploads: list[Upload]) -> None:
    """Apply a request body to a message; raises ApiError, leaving the message unchanged, if Discord would refuse it."""
    fields = validated_fields(message, body)
    attachments = _attachments(world, message, body, uploads)
    if not (attachments or any(fields.get(field, getattr(message, field)) for field in VISIBLE_FIELDS)):
        raise ApiError(400, 50006, "Cannot send an empty message")
    _check_words(world, str(fields.get("content", "")))
    allowed = body.get("allowed_mentions") or (INTERACTION_DEFAULT if message.interaction else MESSAGE_DEFAULT)
    check_allowed_mentions(allowed)
    for field, value in fields.items():
        setattr(message, field, value)
    message.attachments = attachments
    update_mentions(message, allowed, world.guild_of(message.channel))
    message.history.append(Revision(message.content, time.monotonic()))


def _check_words(world: World, content: str) -> None:
    """Raise ApiError if AutoMod blocks a word of the content."""
    if any(word.casefold() in content.casefold() for word in world.blocked_words):
        raise ApiError(400, 200000, "Message was blocked by automatic moderation")


def _attachments(world: World, message: StoredMessage, body: Json, uploads: list[Upload]) -> list[Attachment]:
    """Return the old attachments that are kept, then the new ones."""
    declared: list[Json] = body.get("attachments") or []
    kept = {str(item["id"]) for item in declared}
    old = [item for item in message.attachments if "attachments" not in body or str(item.id) in kept]
    descriptions = {str(item["id"]): item.get("description") for item in declared}
    new = [_attachment(world, message, item, descriptions.get(str(item.index))) for item in uploads]
    return old + new


def _attachment(world: World, message: StoredMessage, upload: Upload, description: str | None) -> Attachment:
    attachment_id = world.new_id()
    content_type = mimetypes.guess_type(upload.filename)[0] or "application/octet-stream"
    if content_type.startswith("text/"):
        content_type += "; charset=utf-8"
    url = f"{world.url}/attachments/{message.channel.id}/{attachment_id}/{upload.filename}"
    return Attachment(attachment_id, upload.filename, content_type, url, upload.data, description)


def new_response(world: World, interaction: Interaction, *, ephemeral: bool) -> StoredMessage:
    """Return an empty message by the bot in response to an interaction."""
    message = world.new_message(world.bot, interaction.channel, ephemeral=ephemeral)
    message.interaction = interaction
    return message
