"""What someone typed into a form, to be given back when the form is refused: Discord forgets it with the form."""

import io
from typing import Any

import discord

from bot.replies.answer import CONTENT_LIMIT

FENCE = "```"


def typed(interaction: discord.Interaction[discord.Client]) -> str:
    """Return what was typed into the form that this interaction sends, "" if it sends none."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return ""
    data: Any = interaction.data
    fields = [row["component"] for row in data["components"]]
    return "\n".join(f"{field['custom_id'].capitalize()}: {field['value']}" for field in fields if field["value"])


def given_back(line: str, entries: str) -> dict[str, Any]:
    """Return the parts of a message that says a line and gives back what was typed: in it, else as a file."""
    quoted = f"{line}\nYou typed:\n{FENCE}\n{entries}\n{FENCE}"
    if not entries:
        return {"content": line}
    if FENCE not in entries and len(quoted.encode("utf-16-le")) // 2 <= CONTENT_LIMIT:
        return {"content": quoted}
    return {"content": line, "file": discord.File(io.BytesIO(entries.encode()), "typed.txt")}
