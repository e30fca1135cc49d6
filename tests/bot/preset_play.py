"""What a person does with /preset in the sandbox."""

from typing import Any

from tempera.sandbox.client.modals import Modal
from tempera.sandbox.server import Sandbox


async def said(sandbox: Sandbox, command: str, **options: Any) -> str:
    """Play a subcommand and return its answer, which nobody else may see."""
    run = await sandbox.invoke(f"preset {command}", **options)
    message = await run.answered()
    assert message.ephemeral
    assert not message.pings
    assert (await run.acknowledged()).kind == "reply"
    return message.content


async def form(sandbox: Sandbox, command: str, **options: Any) -> Modal:
    return await (await sandbox.invoke(f"preset {command}", **options)).modal_opened()


async def submitted(sandbox: Sandbox, modal: Modal, **entries: str) -> str:
    message = await (await sandbox.submit_modal(modal, entries)).answered()
    assert message.ephemeral
    return message.content
