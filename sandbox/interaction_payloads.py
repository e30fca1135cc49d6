"""Discord's v10 JSON objects of interactions and of the messages that come of them."""

from sandbox.payloads import channel_json, member_json, user_json
from sandbox.state import Attachment, Interaction, Json, Message, Permission
from sandbox.world import World

EPHEMERAL, LOADING = 1 << 6, 1 << 7
MESSAGE, REPLY, CHAT_INPUT_COMMAND = 0, 19, 20
ATTACHMENT_SIZE_LIMIT_BYTES = 10 * 2**20


def attachment_json(attachment: Attachment, *, ephemeral: bool) -> Json:
    """Return an attachment object."""
    described = {} if attachment.description is None else {"description": attachment.description}
    return {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.data),
        "url": attachment.url,
        "proxy_url": attachment.url,
        "content_type": attachment.content_type,
        "ephemeral": ephemeral,
        **described,
    }


def message_json(message: Message, world: World) -> Json:
    """Return a message object."""
    return {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "type": MESSAGE,
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
        **(_origin_json(message, message.interaction, world) if message.interaction else {}),
    }


def _origin_json(message: Message, interaction: Interaction, world: World) -> Json:
    """Return what a message of an interaction says about it; a follow-up refers to the answer."""
    identity = {"id": str(interaction.id), "type": int(interaction.kind), "user": user_json(interaction.user)}
    metadata = {**identity, "authorizing_integration_owners": {"0": str(world.guild.id)}}
    origin = {"application_id": str(world.application_id), "webhook_id": str(world.application_id)}
    if message is interaction.original or interaction.original is None:
        named = {**identity, "name": interaction.command_name}
        return {**origin, "type": CHAT_INPUT_COMMAND, "interaction": named, "interaction_metadata": metadata}
    answer = str(interaction.original.id)
    reference = {"type": 0, "message_id": answer, "channel_id": str(message.channel.id)}
    reference["guild_id"] = str(world.guild.id)
    metadata["original_response_message_id"] = answer
    return {**origin, "type": REPLY, "message_reference": reference, "interaction_metadata": metadata}


def interaction_json(interaction: Interaction, world: World) -> Json:
    """Return the interaction as INTERACTION_CREATE brings it."""
    user, channel, guild = interaction.user, interaction.channel, world.guild
    return {
        "id": str(interaction.id),
        "application_id": str(world.application_id),
        "type": int(interaction.kind),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "locale": user.locale,
        "channel_id": str(channel.id),
        "channel": {**channel_json(channel, guild), "permissions": str(int(user.permissions))},
        "member": {**member_json(user), "permissions": str(int(user.permissions))},
        "app_permissions": str(int(Permission.APP)),
        "attachment_size_limit": ATTACHMENT_SIZE_LIMIT_BYTES,
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(guild.id)},
        "context": 0,
    }


def callback_json(interaction: Interaction, kind: int, world: World) -> Json:
    """Return the interaction callback response, with the message that the callback made."""
    about: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
    if interaction.original is None:
        return {"interaction": about}
    about["response_message_id"] = str(interaction.original.id)
    about["response_message_loading"] = interaction.original.loading
    about["response_message_ephemeral"] = interaction.original.ephemeral
    resource = {"type": kind, "message": message_json(interaction.original, world)}
    return {"interaction": about, "resource": resource}
