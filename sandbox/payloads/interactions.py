"""Builds Discord's v10 JSON objects for interactions and messages."""

from tempera.sandbox.limits.bounds import ATTACHMENT_BYTES
from tempera.sandbox.limits.messages import EPHEMERAL
from tempera.sandbox.payloads.objects import channel_json, member_json, user_json
from tempera.sandbox.state.commands import CommandType
from tempera.sandbox.state.interactions import Attachment, Interaction, InteractionType, StoredMessage
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.permissions import Permission, permissions_in
from tempera.sandbox.state.world import World

LOADING = 1 << 7
DEFAULT, REPLY, CHAT_INPUT_COMMAND, CONTEXT_MENU_COMMAND = 0, 19, 20, 23  # message types
GUILD, BOT_DM = 0, 1  # interaction contexts


def attachment_json(attachment: Attachment, *, ephemeral: bool) -> Json:
    """Return an attachment object."""
    description = {} if attachment.description is None else {"description": attachment.description}
    return {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.data),
        "url": attachment.url,
        "proxy_url": attachment.url,
        "content_type": attachment.content_type,
        "ephemeral": ephemeral,
        **description,
    }


def message_json(message: StoredMessage, world: World) -> Json:
    """Return a message object."""
    return {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "type": DEFAULT,
        "author": user_json(message.author),
        "content": message.content,
        "timestamp": message.created_at.isoformat(),
        "edited_timestamp": message.edited_at and message.edited_at.isoformat(),
        "tts": False,
        "pinned": False,
        "mention_everyone": message.everyone_mentioned,
        "mentions": [user_json(user) for user in message.user_mentions],
        "mention_roles": [str(role.id) for role in message.role_mentions],
        "attachments": [attachment_json(item, ephemeral=message.ephemeral) for item in message.attachments],
        "embeds": message.embeds,
        "components": message.components,
        "flags": message.flags | EPHEMERAL * message.ephemeral | LOADING * message.loading,
        **(_reference_fields(message, message.reply_to) if message.reply_to else {}),
        **(_interaction_fields(message, message.interaction, world) if message.interaction else {}),
    }


def _interaction_fields(message: StoredMessage, interaction: Interaction, world: World) -> Json:
    """Return the fields about the interaction; follow-ups refer to the response, a response to the clicked message."""
    fields: Json = {"application_id": str(world.application_id), "webhook_id": str(world.application_id)}
    fields["interaction_metadata"] = metadata = _metadata_json(interaction, world)
    reference_to = interaction.source_message
    if message is not interaction.original and interaction.original:
        reference_to = interaction.original
        metadata["original_response_message_id"] = str(reference_to.id)
    elif interaction.kind is InteractionType.COMMAND:
        identity = {key: metadata[key] for key in ("id", "type", "user")}
        by_menu = interaction.data.get("type") == CommandType.MESSAGE
        kind = CONTEXT_MENU_COMMAND if by_menu else CHAT_INPUT_COMMAND
        return {**fields, "type": kind, "interaction": {**identity, "name": interaction.command_name}}
    return {**fields, **(_reference_fields(message, reference_to) if reference_to else {})}


def _reference_fields(message: StoredMessage, reference_to: StoredMessage) -> Json:
    reference: Json = {"type": 0, "message_id": str(reference_to.id), "channel_id": str(message.channel.id)}
    if message.channel.guild_id is not None:
        reference["guild_id"] = str(message.channel.guild_id)
    return {"type": REPLY, "message_reference": reference}


def _metadata_json(interaction: Interaction, world: World) -> Json:
    metadata: Json = {"id": str(interaction.id), "type": int(interaction.kind), "user": user_json(interaction.user)}
    metadata["authorizing_integration_owners"] = _owners(interaction, world)
    if interaction.opened_by:
        metadata["triggering_interaction_metadata"] = _metadata_json(interaction.opened_by, world)
    elif interaction.source_message:
        metadata["interacted_message_id"] = str(interaction.source_message.id)
    return metadata


def _owners(interaction: Interaction, world: World) -> Json:
    """Return who installed the app: the guild under "0" (in DMs its id is 0), or else the user under "1"."""
    guild_id = interaction.channel.guild_id
    if guild_id is None or guild_id in world.bot_guilds:
        return {"0": str(guild_id or 0)}
    return {"1": str(interaction.user.id)}


def interaction_json(interaction: Interaction, world: World) -> Json:
    """Return the interaction object of INTERACTION_CREATE."""
    message = {"message": message_json(interaction.source_message, world)} if interaction.source_message else {}
    return {
        "id": str(interaction.id),
        "application_id": str(world.application_id),
        "type": int(interaction.kind),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        **message,
        **_context_json(interaction, world),
        "locale": world.locales[interaction.user.id],
        "channel_id": str(interaction.channel.id),
        "attachment_size_limit": ATTACHMENT_BYTES,
        "entitlements": [],
        "authorizing_integration_owners": _owners(interaction, world),
    }


def _context_json(interaction: Interaction, world: World) -> Json:
    """Return the channel, the user, and the permissions of both the user and the app there."""
    user, channel, guild = interaction.user, interaction.channel, world.guild_of(interaction.channel)
    if guild is None:
        context = {"context": BOT_DM, "user": user_json(user), "channel": channel_json(channel, None)}
        return {**context, "app_permissions": str(int(Permission.APP))}
    permissions = str(int(permissions_in(guild, user, channel)))
    return {
        "context": GUILD,
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.preferred_locale, "features": []},
        "guild_locale": guild.preferred_locale,
        "channel": {**channel_json(channel, guild), "permissions": permissions},
        "member": {**member_json(user, guild), "permissions": permissions},
        "app_permissions": str(int(permissions_in(guild, world.bot, channel))),
    }


def callback_json(interaction: Interaction, callback_type: int, world: World) -> Json:
    """Return the interaction callback response, with the message that the callback created."""
    summary: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
    if interaction.original is None:
        return {"interaction": summary, **({"resource": {"type": callback_type}} if interaction.modal else {})}
    summary["response_message_id"] = str(interaction.original.id)
    summary["response_message_loading"] = interaction.original.loading
    summary["response_message_ephemeral"] = interaction.original.ephemeral
    resource = {"type": callback_type, "message": message_json(interaction.original, world)}
    return {"interaction": summary, "resource": resource}
