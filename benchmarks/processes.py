"""`python -m bot` with the settings and models that are shipped, and what its processes take (Linux, man 5 proc)."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tempera.sandbox.server import Sandbox

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "config.yaml"
BOT = ("-m", "bot")
READY = b"Ready as"
POLL_SECONDS = 0.005


@dataclass(frozen=True)
class BotProcess:
    """A bot that is ready."""

    pid: int
    ready_seconds: float  # from its start
    log: Path

    @property
    def decoder_pid(self) -> int:
        """The process that the bot has started."""
        return int(Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="utf-8").split()[0])


def processes_seconds(*pids: int) -> float:
    """Return the time that processes have spent on cores (Linux, man 3 clock_getcpuclockid)."""
    return sum(time.clock_gettime(~pid << 3 | 2) for pid in pids)


def memory(pid: int) -> dict[str, float]:
    """Return a process's resident memory in MiB, by how it is counted."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
    kibibytes = {name: int(value) for name, value, *_ in (line.replace(":", "").split() for line in lines)}
    return {"RSS": kibibytes["Rss"] / 1024, "PSS": kibibytes["Pss"] / 1024}


def handles(pid: int) -> dict[str, float]:
    """Return how many files and how many sockets a process has open."""
    opened = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
    sockets = sum(name.startswith("socket:") for name in opened)
    return {"files": float(len(opened) - sockets), "sockets": float(sockets)}


@asynccontextmanager
async def started_bot(sandbox: Sandbox, config: Path, program: Sequence[str] = BOT) -> AsyncIterator[BotProcess]:
    """Yield a bot that is ready, and stop it after the block; raises SystemExit with its log if it doesn't start."""
    environment = os.environ | {
        "DISCORD_TOKEN": sandbox.token,
        "TEMPERA_DISCORD_API_URL": sandbox.api_url,
        "TEMPERA_DISCORD_GATEWAY_URL": sandbox.gateway_url,
    }
    started, log = time.perf_counter(), config.with_suffix(".log")
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *program, "--config", str(config)), cwd=ROOT, env=environment, stdout=file, stderr=file
        )
    try:
        while READY not in log.read_bytes():
            if process.returncode is not None:
                raise SystemExit(log.read_text(encoding="utf-8"))
            await asyncio.sleep(POLL_SECONDS)
        yield BotProcess(process.pid, time.perf_counter() - started, log)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def own_config(folder: Path) -> Path:
    """Return the shipped settings in another folder, where the database will be."""
    config = folder / CONFIG.name
    shipped = CONFIG.read_text(encoding="utf-8")
    config.write_text(shipped.replace("folder: models/", f"folder: {ROOT}/models/"), encoding="utf-8")
    return config
