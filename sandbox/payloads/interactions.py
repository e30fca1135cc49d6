"""Discord's v10 JSON objects of interactions and of the messages that come of them."""

from sandbox.limits.messages import EPHEMERAL
from sandbox.payloads.objects import channel_json, member_json, user_json
from sandbox.state.interactions import Attachment, Interaction, InteractionKind, Json, Message
from sandbox.state.permissions import Permission, permissions_in
from sandbox.state.world import World

LOADING = 1 << 7
MESSAGE, REPLY, CHAT_INPUT_COMMAND = 0, 19, 20
IN_SERVER, IN_DIRECT_MESSAGES = 0, 1
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
    """Return what a message of an interaction says about it; a follow-up refers to the answer, that to the click."""
    origin: Json = {"application_id": str(world.application_id), "webhook_id": str(world.application_id)}
    origin["interaction_metadata"] = metadata = _metadata_json(interaction, world)
    referred = interaction.source
    if message is not interaction.original and interaction.original:
        referred = interaction.original
        metadata["original_response_message_id"] = str(referred.id)
    elif interaction.kind is InteractionKind.COMMAND:
        identity = {key: metadata[key] for key in ("id", "type", "user")}
        return {**origin, "type": CHAT_INPUT_COMMAND, "interaction": {**identity, "name": interaction.command_name}}
    if referred is None:
        return origin
    reference = {"type": 0, "message_id": str(referred.id), "channel_id": str(message.channel.id)}
    if message.channel.guild_id is not None:
        reference["guild_id"] = str(message.channel.guild_id)
    return {**origin, "type": REPLY, "message_reference": reference}


def _metadata_json(interaction: Interaction, world: World) -> Json:
    metadata: Json = {"id": str(interaction.id), "type": int(interaction.kind), "user": user_json(interaction.user)}
    metadata["authorizing_integration_owners"] = _owners(interaction, world)
    if interaction.opened_by:
        metadata["triggering_interaction_metadata"] = _metadata_json(interaction.opened_by, world)
    elif interaction.source:
        metadata["interacted_message_id"] = str(interaction.source.id)
    return metadata


def _owners(interaction: Interaction, world: World) -> Json:
    """Return who installed the app: the server ("0"), in direct messages nobody's, or else the user ("1")."""
    guild_id = interaction.channel.guild_id
    if guild_id is None or guild_id in world.bot_guilds:
        return {"0": str(guild_id or 0)}
    return {"1": str(interaction.user.id)}


def interaction_json(interaction: Interaction, world: World) -> Json:
    """Return the interaction as INTERACTION_CREATE brings it."""
    clicked = {"message": message_json(interaction.source, world)} if interaction.source else {}
    return {
        "id": str(interaction.id),
        "application_id": str(world.application_id),
        "type": int(interaction.kind),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        **clicked,
        **_place_json(interaction, world),
        "locale": world.locales[interaction.user.id],
        "channel_id": str(interaction.channel.id),
        "attachment_size_limit": ATTACHMENT_SIZE_LIMIT_BYTES,
        "entitlements": [],
        "authorizing_integration_owners": _owners(interaction, world),
    }


def _place_json(interaction: Interaction, world: World) -> Json:
    """Return where it happened, who did it, and what both the user and the app may do there."""
    user, channel, guild = interaction.user, interaction.channel, world.guild_of(interaction.channel)
    if guild is None:
        place = {"context": IN_DIRECT_MESSAGES, "user": user_json(user), "channel": channel_json(channel, None)}
        return {**place, "app_permissions": str(int(Permission.APP))}
    permissions = str(int(permissions_in(guild, user, channel)))
    return {
        "context": IN_SERVER,
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "channel": {**channel_json(channel, guild), "permissions": permissions},
        "member": {**member_json(user, guild), "permissions": permissions},
        "app_permissions": str(int(permissions_in(guild, world.bot, channel))),
    }


def callback_json(interaction: Interaction, kind: int, world: World) -> Json:
    """Return the interaction callback response, with the message that the callback made."""
    about: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
    if interaction.original is None:
        return {"interaction": about, **({"resource": {"type": kind}} if interaction.modal else {})}
    about["response_message_id"] = str(interaction.original.id)
    about["response_message_loading"] = interaction.original.loading
    about["response_message_ephemeral"] = interaction.original.ephemeral
    resource = {"type": kind, "message": message_json(interaction.original, world)}
    return {"interaction": about, "resource": resource}
