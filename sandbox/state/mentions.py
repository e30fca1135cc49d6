"""Whom a message mentions, and so pings: its content seen through `allowed_mentions`."""

import re

from sandbox.state.errors import invalid_form
from sandbox.state.interactions import Guild, Json, Message, Role, User
from sandbox.state.permissions import Permission, may

INTERACTION_DEFAULT: Json = {"parse": ["users"]}
EVERYTHING: Json = {"parse": ["users", "roles", "everyone"]}


def mark_mentions(message: Message, allowed: Json, guild: Guild | None) -> None:
    """Set the message's mentions and add its pings; mentions inside code count too, unlike Discord's."""
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
    """Refuse a kind of mention that is both parsed and listed."""
    for kind in ("users", "roles"):
        if kind in (allowed.get("parse") or []) and allowed.get(kind):
            fault = (
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )
            raise invalid_form({("allowed_mentions",): fault})


def _allowed_ids(kind: str, allowed: Json, mentioned: set[str]) -> set[str]:
    if kind in (allowed.get("parse") or []):
        return mentioned
    return mentioned & {str(identifier) for identifier in allowed.get(kind) or []}


def _users(content: str, allowed: Json, guild: Guild | None) -> tuple[User, ...]:
    ids = _allowed_ids("users", allowed, set(re.findall(r"<@!?(\d+)>", content)))
    return tuple(member for member in (guild.members if guild else ()) if str(member.id) in ids)


def _roles(content: str, allowed: Json, guild: Guild | None) -> tuple[Role, ...]:
    ids = _allowed_ids("roles", allowed, set(re.findall(r"<@&(\d+)>", content)))
    return tuple(role for role in (guild.roles[1:] if guild else ()) if str(role.id) in ids)


def _everyone(message: Message, allowed: Json, guild: Guild | None) -> list[str]:
    if "everyone" not in (allowed.get("parse") or []):
        return []
    if not may(guild, message.author, Permission.MENTION_EVERYONE, message.channel):
        return []
    return [word for word in ("@everyone", "@here") if word in message.content]
