"""Have a picture drawn by a process of its own, which ends with it: no other holds fonts and pixels in memory."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from typing import Any

from tempera.models.engine.command import ROOT, decoder_environment
from tempera.models.errors import PictureFailed

DRAWING_SECONDS = 20.0  # on a slow machine that is busy


async def drawn(content: Mapping[str, Any]) -> bytes:
    """Return the PNG of what `content` describes; raises PictureFailed."""
    command = (sys.executable, "-m", "tempera.models.pictures")
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=ROOT, env=decoder_environment()
        )
    except OSError as error:
        raise PictureFailed(str(error)) from error
    try:
        async with asyncio.timeout(DRAWING_SECONDS):
            picture, complaint = await process.communicate(json.dumps(content).encode())
    except TimeoutError:
        raise PictureFailed(f"it took more than {DRAWING_SECONDS:g} seconds") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise PictureFailed((complaint.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1])
    return picture
