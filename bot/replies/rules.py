"""Replies about what a server allows, and about who is blocked."""

from collections.abc import Iterable

from tempera.bot.replies.markdown import literal
from tempera.bot.replies.reply import fitting
from tempera.bot.replies.translation.catalog import catalog
from tempera.bot.replies.translation.plural import seconds, texts
from tempera.storage.servers.blocks import Blocked
from tempera.storage.servers.rules import GuildRules


def rules(stored: GuildRules, guild_id: int, locale: str) -> str:
    """Show everything that a server blocks and limits; words are in spoilers."""
    t = catalog(locale).text
    cooldown = stored.cooldown_seconds
    lines = [
        t("Cooldown between two texts: {time}", time=seconds(round(cooldown), locale) if cooldown else t("none")),
        *(_quota(role, number, guild_id, locale) for role, number in stored.quotas.items()),
        t("Blocked words: {words}", words=", ".join(map(_spoiler, stored.words)) or t("none")),
    ]
    return fitting(lines, lambda left: t("… and {number} more", number=len(left)))


def _quota(role: str, number: int, guild_id: int, locale: str) -> str:
    t = catalog(locale).text
    name = t("everyone") if role == str(guild_id) else f"<@&{role}>"
    return t("Quota of {role}: {texts} a day", role=name, texts=texts(number, locale))


def _spoiler(word: str) -> str:
    return f"||{literal(word)}||"


def blocked_word(word: str, locale: str) -> str:
    """Say that a word is blocked."""
    return catalog(locale).text(
        "Blocked: {word}. Prompts that contain it are refused, and texts avoid it.", word=_spoiler(word)
    )


def allowed_word(word: str, locale: str) -> str:
    """Say that a word is no longer blocked."""
    return catalog(locale).text("No longer blocked: {word}", word=_spoiler(word))


def blocked(known: Blocked, locale: str) -> str:
    """List who is blocked."""
    t = catalog(locale).text
    users = [t("Users: {ids}", ids=_listed(known.users))] if known.users else []
    servers = [t("Servers: {ids}", ids=_listed(known.servers))] if known.servers else []
    return fitting([*users, *servers], lambda _: "…") or t("Nobody is blocked.")


def _listed(ids: Iterable[int]) -> str:
    return ", ".join(f"`{each}`" for each in sorted(ids))


def block_changed(*, is_blocked: bool, locale: str) -> str:
    """Say that someone is blocked, or no longer."""
    t = catalog(locale).text
    return t("Blocked. /privacy still works for them.") if is_blocked else t("No longer blocked.")
