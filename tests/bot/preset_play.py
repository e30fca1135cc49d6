"""What a user does with /preset in the sandbox."""

from typing import Any

from tempera.sandbox.client.modals import Modal
from tempera.sandbox.server import Sandbox


async def said(sandbox: Sandbox, command: str, **options: Any) -> str:
    """Invoke a subcommand and return its answer, which only its user sees."""
    exchange = await sandbox.invoke(f"preset {command}", **options)
    message = await exchange.answered()
    assert message.ephemeral
    assert not message.pings
    assert (await exchange.acknowledged()).kind == "reply"
    return message.content


async def form(sandbox: Sandbox, command: str, **options: Any) -> Modal:
    return await (await sandbox.invoke(f"preset {command}", **options)).modal_opened()


async def submitted(sandbox: Sandbox, modal: Modal, **entries: str) -> str:
    message = await (await sandbox.submit_modal(modal, entries)).answered()
    assert message.ephemeral
    return message.content
