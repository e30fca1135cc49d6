"""Finds whom a message mentions and pings, given `allowed_mentions`."""

import re

from tempera.sandbox.state.errors import invalid_form
from tempera.sandbox.state.guilds import Guild, Role, User
from tempera.sandbox.state.interactions import StoredMessage
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.permissions import Permission, has_permissions

INTERACTION_DEFAULT: Json = {"parse": ["users"]}
MESSAGE_DEFAULT: Json = {"parse": ["users", "roles", "everyone"]}


def update_mentions(message: StoredMessage, allowed: Json, guild: Guild | None) -> None:
    """Set the message's mentions and add its pings; unlike Discord, mentions inside code count too."""
    check_allowed_mentions(allowed)
    message.user_mentions = _users(message.content, allowed, guild)
    message.role_mentions = _roles(message.content, allowed, guild)
    everyone = _everyone(message, allowed, guild)
    message.everyone_mentioned = bool(everyone)
    pings = [f"<@{user.id}>" for user in message.user_mentions]
    pings += [f"<@&{role.id}>" for role in message.role_mentions]
    pings += everyone
    message.pings += [ping for ping in pings if ping not in message.pings]


def check_allowed_mentions(allowed: Json) -> None:
    """Raise ApiError if a kind of mention is both parsed and listed."""
    for kind in ("users", "roles"):
        if kind in (allowed.get("parse") or []) and allowed.get(kind):
            error = (
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )
            raise invalid_form({("allowed_mentions",): error})


def _allowed_ids(kind: str, allowed: Json, mentioned: set[str]) -> set[str]:
    if kind in (allowed.get("parse") or []):
        return mentioned
    return mentioned & {str(identifier) for identifier in allowed.get(kind) or []}


def _users(content: str, allowed: Json, guild: Guild | None) -> tuple[User, ...]:
    ids = _allowed_ids("users", allowed, set(re.findall(r"<@!?(\d+)>", content)))
    members = guild.members if guild and ids else {}
    return tuple(member for member in members.values() if str(member.id) in ids)


def _roles(content: str, allowed: Json, guild: Guild | None) -> tuple[Role, ...]:
    ids = _allowed_ids("roles", allowed, set(re.findall(r"<@&(\d+)>", content)))
    return tuple(role for role in (guild.roles[1:] if guild else ()) if str(role.id) in ids)


def _everyone(message: StoredMessage, allowed: Json, guild: Guild | None) -> list[str]:
    if "everyone" not in (allowed.get("parse") or []):
        return []
    if not has_permissions(guild, message.author, Permission.MENTION_EVERYONE, message.channel):
        return []
    return [word for word in ("@everyone", "@here") if word in message.content]
