"""A command's options as Discord's client takes them: bounds are enforced before anything is sent."""

from collections.abc import Mapping
from typing import Any

from sandbox.payloads.objects import channel_json, member_json, role_json, user_json
from sandbox.state.errors import OptionRefused
from sandbox.state.interactions import Channel, Guild, Json, User
from sandbox.state.permissions import permissions_in

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, NUMBER = 3, 4, 5, 6, 7, 8, 10
LARGEST_EXACT_INTEGER = 2**53
LONGEST_STRING = 6000


def option_values(declared: list[Json], given: Mapping[str, Any]) -> list[Json]:
    """Return the options to send; raises OptionRefused as Discord's client would refuse."""
    names = [option["name"] for option in declared]
    for name in given:
        if name not in names:
            raise OptionRefused(name, f"no such option; there are: {', '.join(names) or 'none'}")
    sent = []
    for option in declared:
        value = given.get(option["name"])
        if value is None and option.get("required"):
            raise OptionRefused(option["name"], "this option is required")
        if value is not None:
            checked = checked_value(option, value)
            sent.append({"name": option["name"], "type": option["type"], "value": checked})
    return sent


def checked_value(option: Json, value: Any) -> Any:
    """Return the value as it is sent; raises OptionRefused for a wrong type or a bound overstepped."""
    name, choices = option["name"], [choice["value"] for choice in option.get("choices") or []]
    if option["type"] not in TYPE_NAMES:
        raise OptionRefused(name, "the sandbox can't send this kind of option")
    if not _fits_type(option["type"], value):
        raise OptionRefused(name, f"{value!r} is not {TYPE_NAMES[option['type']]}")
    if choices and value not in choices:
        raise OptionRefused(name, f"{value!r} is none of the choices {choices}")
    if option["type"] == STRING:
        _check_length(option, value)
    elif option["type"] in (INTEGER, NUMBER):
        _check_bounds(option, value)
    elif option["type"] in (USER, CHANNEL, ROLE):
        if option.get("channel_types") and value.kind not in option["channel_types"]:
            raise OptionRefused(name, f"#{value.name} is not a kind of channel that this option takes")
        return str(value.id)
    return value


TYPE_NAMES = {
    STRING: "text",
    INTEGER: "a whole number",
    BOOLEAN: "true or false",
    USER: "a user",
    CHANNEL: "a channel",
    ROLE: "a role",
    NUMBER: "a number",
}


def _fits_type(kind: int, value: Any) -> bool:
    if kind == STRING:
        return isinstance(value, str)
    if kind == BOOLEAN:
        return isinstance(value, bool)
    if kind in (USER, CHANNEL, ROLE):
        return hasattr(value, "id")
    number = isinstance(value, int) or (kind == NUMBER and isinstance(value, float))
    return number and not isinstance(value, bool)


def _check_length(option: Json, text: str) -> None:
    shortest = max(option.get("min_length") or 0, int(bool(option.get("required"))))
    longest = option.get("max_length") or LONGEST_STRING
    if not shortest <= len(text) <= longest:
        raise OptionRefused(option["name"], f"{len(text)} characters; {shortest} to {longest} are allowed")


def _check_bounds(option: Json, number: float) -> None:
    least = option.get("min_value", -LARGEST_EXACT_INTEGER)
    most = option.get("max_value", LARGEST_EXACT_INTEGER)
    if not least <= number <= most:
        raise OptionRefused(option["name"], f"{_plain(number)} is outside {_plain(least)} to {_plain(most)}")


def _plain(number: float) -> str:
    return str(int(number) if number % 1 == 0 else number)


def resolved_things(options: list[Json], guild: Guild | None, asker: User) -> Json:
    """Return the users, members, channels and roles that the options name, as Discord sends them along."""
    if guild is None:
        return {}
    ids = {kind: {o["value"] for o in options if o["type"] == kind} for kind in (USER, CHANNEL, ROLE)}
    users = [user for user in guild.members if str(user.id) in ids[USER]]
    channels = [channel for channel in guild.channels if str(channel.id) in ids[CHANNEL]]
    roles = [role for role in guild.roles if str(role.id) in ids[ROLE]]
    resolved = {
        "users": {str(user.id): user_json(user) for user in users},
        "members": {str(user.id): _partial_member(user, guild) for user in users},
        "channels": {str(channel.id): _partial_channel(channel, guild, asker) for channel in channels},
        "roles": {str(role.id): role_json(role, guild.roles.index(role)) for role in roles},
    }
    return {kind: things for kind, things in resolved.items() if things}


def _partial_member(user: User, guild: Guild) -> Json:
    member = {**member_json(user, guild), "permissions": str(int(permissions_in(guild, user)))}
    return {key: value for key, value in member.items() if key not in ("user", "deaf", "mute")}


def _partial_channel(channel: Channel, guild: Guild, asker: User) -> Json:
    whole = channel_json(channel, guild)
    permissions = str(int(permissions_in(guild, asker, channel)))
    kept: Json = {key: whole[key] for key in ("id", "name", "type", "parent_id", "thread_metadata") if key in whole}
    return {**kept, "permissions": permissions}
