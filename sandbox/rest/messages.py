"""The bot's messages: sent, edited in place, followed up, taken away, as strict as Discord."""

import mimetypes
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.limits.messages import EPHEMERAL, PARTS, checked_parts
from sandbox.state.errors import ApiError
from sandbox.state.interactions import Attachment, CallbackKind, Interaction, Json, Message, Shown
from sandbox.state.mentions import EVERYTHING, INTERACTION_DEFAULT, check_allowed_mentions, mark_mentions
from sandbox.state.world import World


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request, by its index in `files[n]`."""

    index: int
    filename: str
    data: bytes


def follow_up(world: World, interaction: Interaction, body: Json, uploads: list[Upload]) -> Message:
    """Send a further message; the first one after a defer is the deferred answer itself."""
    original = interaction.original
    if original and original.loading and not original.deleted and interaction.callback is CallbackKind.DEFER:
        edit(world, original, body, uploads)
        return original
    ephemeral = bool((body.get("flags") or 0) & EPHEMERAL)
    message = new_answer(world, interaction, ephemeral=ephemeral)
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
    parts = checked_parts(message, body)
    attachments = _attachments(world, message, body, uploads)
    if not (attachments or any(parts.get(part, getattr(message, part)) for part in PARTS)):
        raise ApiError(400, 50006, "Cannot send an empty message")
    allowed = body.get("allowed_mentions") or (INTERACTION_DEFAULT if message.interaction else EVERYTHING)
    check_allowed_mentions(allowed)
    for part, value in parts.items():
        setattr(message, part, value)
    message.attachments = attachments
    mark_mentions(message, allowed, world.guild_of(message.channel))
    message.history.append(Shown(message.content, time.monotonic()))


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


def new_answer(world: World, interaction: Interaction, *, ephemeral: bool) -> Message:
    """Return an empty message of the bot's that answers an interaction."""
    message = world.new_message(world.bot, interaction.channel, ephemeral=ephemeral)
    message.interaction = interaction
    return message
