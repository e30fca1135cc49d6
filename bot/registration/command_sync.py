"""Register the commands with Discord, globally and for single servers, if they have changed."""

import hashlib
import json
import logging
from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands

from tempera.bot.discord_failure import DiscordFailure, brief, failure_of
from tempera.storage.database import Database
from tempera.storage.servers.command_sync import remember_guild_sync, remember_sync, synced_fingerprint, synced_guilds

log = logging.getLogger(__name__)
Tree = app_commands.CommandTree[Any]
Command = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu


async def sync_commands(tree: Tree, database: Database, api_url: str, guild_ids: Iterable[int]) -> None:
    """Send the commands that changed, including those of servers that no longer have their own."""
    application_id = tree.client.application_id or 0
    fingerprint = await command_fingerprint(tree)
    if await synced_fingerprint(database, application_id, api_url) != fingerprint:
        await tree.sync()
        await remember_sync(database, application_id, api_url, fingerprint)
        log.info("Commands were sent to Discord")
    sent = await synced_guilds(database, application_id, api_url)
    for guild_id in sorted({*guild_ids, *sent}):
        if sent.get(guild_id) != await command_fingerprint(tree, discord.Object(guild_id)):
            await _sync_guild(tree, database, api_url, guild_id)


async def _sync_guild(tree: Tree, database: Database, api_url: str, guild_id: int) -> None:
    """Send one server's own commands; one that the bot isn't in gets them when it takes the bot in."""
    guild = discord.Object(guild_id)
    try:
        await tree.sync(guild=guild)
    except discord.HTTPException as error:
        if failure_of(error) not in {DiscordFailure.NO_ACCESS, DiscordFailure.GONE}:
            raise
        log.warning("Server %s has not taken its commands; look at admin › guild_ids: %s", guild_id, brief(error))
        return
    fingerprint = await command_fingerprint(tree, guild)
    await remember_guild_sync(database, tree.client.application_id or 0, api_url, guild_id, fingerprint)
    log.info("Commands were sent to server %s", guild_id)


async def command_fingerprint(tree: Tree, guild: discord.Object | None = None) -> str:
    """Return a checksum of all data sent to Discord about the global commands, or about one server's."""
    payloads = [await _payload(tree, command) for command in tree.get_commands(guild=guild)]
    payload = sorted(payloads, key=lambda command: command["name"])
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


async def _payload(tree: Tree, command: Command) -> dict[str, Any]:
    """Return what Discord is told of a command, in all languages."""
    translator = tree.translator
    return await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree)
