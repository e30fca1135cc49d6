"""Whether the bot can answer: the connection to Discord, the database and the decoder."""

import discord

from tempera.bot.resources import Resources
from tempera.storage.errors import StorageUnavailable
from tempera.storage.status import check_answers


async def health(client: discord.Client, resources: Resources) -> dict[str, str]:
    """Return what keeps each part from answering, empty where nothing does."""
    return {"discord": _discord(client), "database": await _database(resources), "decoder": _decoder(resources)}


def _discord(client: discord.Client) -> str:
    if client.is_closed():
        return "the connection was closed for good"
    return "" if client.is_ready() and client.ws.open else "not connected"


async def _database(resources: Resources) -> str:
    if trouble := resources.database.trouble or resources.texts.trouble:
        return str(trouble)
    try:
        await check_answers(resources.database)
    except StorageUnavailable as error:
        return str(error)
    return ""


def _decoder(resources: Resources) -> str:
    return "" if resources.engine.is_answering else "it isn't running, or doesn't answer"
