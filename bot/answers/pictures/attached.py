"""A picture as an attachment, or none if it can't be drawn."""

import io
import logging
from collections.abc import Mapping
from typing import Any

import discord

from tempera.bot.replies.reply import DESCRIPTION_LIMIT
from tempera.models.errors import PictureFailed
from tempera.models.pictures.drawing import drawn

log = logging.getLogger(__name__)


async def picture_file(content: Mapping[str, Any], name: str, description: str) -> discord.File | None:
    """Have a picture drawn, and return it with its description; None if that fails, which is logged."""
    try:
        png = await drawn(content)
    except PictureFailed as error:
        log.error("%s", error)
        return None
    return discord.File(io.BytesIO(png), name, description=description[:DESCRIPTION_LIMIT])
