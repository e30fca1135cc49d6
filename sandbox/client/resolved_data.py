"""Builds the `resolved` data of a command: the users, channels and roles that its options refer to."""

from tempera.sandbox.payloads.objects import channel_json, member_json, role_json, user_json
from tempera.sandbox.state.commands import OptionType
from tempera.sandbox.state.guilds import Channel, Guild, User
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.permissions import permissions_in

KEPT_CHANNEL_FIELDS = ("id", "name", "type", "parent_id", "thread_metadata")
REFERENCES = (OptionType.USER, OptionType.CHANNEL, OptionType.ROLE)
OMITTED_MEMBER_FIELDS = ("user", "deaf", "mute")


def resolved_data(options: list[Json], guild: Guild | None, user: User) -> Json:
    """Return the objects that the options refer to by id, with what `user` may do in the channels."""
    referenced = {str(option["value"]) for option in options if option["type"] in REFERENCES}
    if guild is None or not referenced:
        return {}
    users = [member for member in guild.members.values() if str(member.id) in referenced]
    channels = [channel for channel in guild.channels if str(channel.id) in referenced]
    roles = [role for role in guild.roles if str(role.id) in referenced]
    resolved = {
        "users": {str(member.id): user_json(member) for member in users},
        "members": {str(member.id): _partial_member(member, guild) for member in users},
        "channels": {str(channel.id): _partial_channel(channel, guild, user) for channel in channels},
        "roles": {str(role.id): role_json(role, guild.roles.index(role)) for role in roles},
    }
    return {kind: objects for kind, objects in resolved.items() if objects}


def _partial_member(member: User, guild: Guild) -> Json:
    whole = {**member_json(member, guild), "permissions": str(int(permissions_in(guild, member)))}
    return {key: value for key, value in whole.items() if key not in OMITTED_MEMBER_FIELDS}


def _partial_channel(channel: Channel, guild: Guild, user: User) -> Json:
    whole = channel_json(channel, guild)
    permissions = str(int(permissions_in(guild, user, channel)))
    kept: Json = {key: whole[key] for key in KEPT_CHANNEL_FIELDS if key in whole}
    return {**kept, "permissions": permissions}
