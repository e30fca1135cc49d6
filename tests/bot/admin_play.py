"""What an admin does in Discord and in the settings file."""

from pathlib import Path

from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.server import Sandbox


def write_admin(config: Path, sandbox: Sandbox) -> None:
    """Name Alice as the admin, in the first server."""
    with config.open("a", encoding="utf-8") as file:
        file.write(f"admin: {{guild_ids: [{sandbox.guild.id}], user_ids: [{sandbox.alice.id}]}}\n")


async def says(exchange: Exchange) -> str:
    """Return an answer that only its user sees."""
    message = await exchange.answered()
    assert message.ephemeral
    return message.content


async def reload(sandbox: Sandbox) -> str:
    """Have Alice reload the settings, and return the answer."""
    return await says(await sandbox.invoke("admin reload"))
