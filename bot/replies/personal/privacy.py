"""What is stored about a person, for how long, and what becomes of it."""

import math
from dataclasses import dataclass

from discord.utils import format_dt

from tempera.bot.replies.translation.catalog import N_, catalog
from tempera.bot.replies.translation.plural import days, hours, presets
from tempera.storage.privacy import StoredAbout

HOURS_PER_DAY = 24
BULLET = "- "
BLOCK_STAYS = N_("If the operator has blocked you, the block stays.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long things are kept, and where the operator says more about it."""

    days: int  # texts and usage; 0: for ever
    backup_hours: float  # how long a backup lives; 0: none are made
    privacy_url: str | None


def shown(stored: StoredAbout, keeping: Keeping, locale: str) -> str:
    """Say what is stored about a person, for how long, and what they can do."""
    t = catalog(locale).text
    parts = [
        *_what(stored, locale, heading=t("What Tempera stores about you")),
        _how_long(keeping, locale),
        t("Tempera never trains a model on it, and sends it nowhere."),
        t(
            "`/privacy export` sends you all of it, and `/privacy delete` deletes it. Delete under a text deletes that "
            "text alone."
        ),
        *_page(keeping, locale),
    ]
    return "\n".join(parts)


def _what(stored: StoredAbout, locale: str, *, heading: str) -> list[str]:
    t = catalog(locale).text
    if stored.is_nothing:
        return [t("Tempera stores nothing about you.")]
    return [f"**{heading}**", *(f"{BULLET}{line}" for line in _lines(stored, locale))]


def _lines(stored: StoredAbout, locale: str) -> list[str]:
    """Return a line for each kind of row that there is."""
    t, lines = catalog(locale).text, []
    if stored.oldest_text_at:
        lines.append(
            catalog(locale).count(
                stored.rows["generations"],
                "{number:,} text, with its prompt, options, server, channel, message and times; it began {oldest}",
                "{number:,} texts, with their prompts, options, servers, channels, messages and times; the oldest "
                "began {oldest}",
                oldest=format_dt(stored.oldest_text_at, "R"),
            )
        )
    if stored.rows["presets"]:
        lines.append(_presets(stored, locale))
    if stored.rows["usage"]:
        lines.append(catalog(locale).text("How many texts you have asked for, and when the last one began"))
    if stored.rows["guild_usage"]:
        lines.append(t("How many texts you have asked for today in servers with a quota or cooldown"))
    if stored.rows["blocked_users"]:
        lines.append(t("That the operator has blocked you"))
    return lines


def _presets(stored: StoredAbout, locale: str) -> str:
    all_of_them = presets(stored.rows["presets"], locale)
    if not stored.shared_presets:
        return all_of_them
    return catalog(locale).count(
        stored.shared_presets,
        "{presets}, of which {number:,} is a copy that a server shares",
        "{presets}, of which {number:,} are copies that servers share",
        presets=all_of_them,
    )


def _how_long(keeping: Keeping, locale: str) -> str:
    t = catalog(locale).text
    if not keeping.days:
        return t("It is kept until you delete it.")
    return t("Texts are deleted after {days}, presets when you delete them.", days=days(keeping.days, locale))


def _page(keeping: Keeping, locale: str) -> list[str]:
    t = catalog(locale).text
    return [t("The operator says more here: <{url}>", url=keeping.privacy_url)] if keeping.privacy_url else []


def _backups(keeping: Keeping, locale: str) -> list[str]:
    if not keeping.backup_hours:
        return []
    t, lifetime = catalog(locale).text, math.ceil(keeping.backup_hours)
    if lifetime >= 2 * HOURS_PER_DAY:
        time = days(math.ceil(lifetime / HOURS_PER_DAY), locale)
    else:
        time = hours(lifetime, locale)
    return [t("Backups still have it until they are replaced, for up to {time}.", time=time)]


def nothing(locale: str) -> str:
    """Say that nothing is stored."""
    return catalog(locale).text("Tempera stores nothing about you.")


def nothing_to_delete(stored: StoredAbout, locale: str) -> str:
    """Say that nothing can be deleted, because nothing is stored but what stays."""
    return nothing(locale) if stored.is_nothing else catalog(locale).text(BLOCK_STAYS)


def confirmation(stored: StoredAbout, keeping: Keeping, locale: str) -> str:
    """Ask whether everything is to be deleted, and say what stays."""
    t = catalog(locale).text
    stays = [
        t(
            "Messages in Discord stay. Use Delete under those that should go first: afterwards their buttons no longer "
            "know their texts."
        ),
        t("Texts that others have made from yours are theirs, and stay."),
        t(BLOCK_STAYS),
        *_backups(keeping, locale),
    ]
    return "\n".join(
        (
            *_what(stored, locale, heading=t("This will be deleted for good")),
            *(f"-# {line}" for line in stays),
        )
    )


def delete_everything(locale: str) -> str:
    """Return the label of the button that confirms it."""
    return catalog(locale).text("Delete everything")


def deleted(keeping: Keeping, locale: str) -> str:
    """Say that everything was deleted."""
    done = catalog(locale).text("Everything that Tempera stored about you is deleted.")
    return "\n".join((done, *_backups(keeping, locale)))


def exported(number: int, locale: str) -> str:
    """Introduce a file of an export, counted from 1."""
    t = catalog(locale).text
    if number == 1:
        return t("Everything that Tempera stores about you, as JSON:")
    return t("Part {number}:", number=number)
