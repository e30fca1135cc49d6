"""A decoder that dies, hangs or talks nonsense: others' texts go on, and come out as they would have."""

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tempera.models.decoder.isolation import attempt
from tempera.models.engine.admissions import MAX_DEATHS, Admissions
from tempera.models.engine.command import ROOT, decoder_environment
from tempera.models.engine.engine import Engine
from tempera.models.engine.pulse import PING_SECONDS, SILENT_PINGS
from tempera.models.errors import DecoderFailed
from tempera.models.library import Library
from tests.models.test_engine import ENDLESS, LONG, ROMEO, joined, written
from tests.patience import until

# In the decoder's place: the decoder itself, behind a filter that meets the poison in a request.
FILTER = """#!{python}
import json, os, signal, subprocess, sys, time
decoder = subprocess.Popen([{python!r}, *sys.argv[1:]], stdin=subprocess.PIPE)
for line in sys.stdin.buffer:
    if b"poison" in line:
        {poison}
    decoder.stdin.write(line)
    decoder.stdin.flush()
decoder.stdin.close()
sys.exit(decoder.wait())
"""
DIES = "decoder.kill(); os._exit(1)"
HANGS = "decoder.send_signal(signal.SIGSTOP)"
BABBLES = 'print("no message", flush=True)'

Poisoned = Callable[[str], str]


@pytest.fixture
def poisoned(tmp_path: Path) -> Poisoned:
    """Write a program in the decoder's place, and return its path."""

    def write(poison: str) -> str:
        path = tmp_path / "python"
        path.write_text(FILTER.format(python=sys.executable, poison=poison), encoding="utf-8")
        path.chmod(0o755)
        return str(path)

    return write


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("poison", [DIES, BABBLES], ids=["dies", "babbles"])
async def test_a_text_of_which_the_decoder_dies_fails_alone(library: Library, poisoned: Poisoned, poison: str) -> None:
    async with Engine(library) as engine:
        alone = await written(engine, ENDLESS.with_params(seed=3))
    async with Engine(library, python=poisoned(poison)) as engine:
        running = engine.stream(ENDLESS.with_params(seed=3))
        assert await anext(running)
        others = [engine.stream(LONG.with_params(seed=seed)) for seed in range(5)]
        culprit = engine.stream(LONG.with_params(stop="poison"))
        more = [engine.stream(LONG.with_params(seed=seed)) for seed in range(5, 10)]
        with pytest.raises(DecoderFailed, match="3 times"):
            await joined(culprit)
        texts = [await joined(stream) for stream in (*others, *more)]
        assert alone.endswith(await joined(running))
        assert engine.decoder_restarts == MAX_DEATHS
        assert texts == [await written(engine, LONG.with_params(seed=seed)) for seed in range(10)]


@pytest.mark.slow
async def test_a_decoder_that_hangs_is_replaced_and_texts_go_on(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    async with Engine(library) as engine:
        whole = await written(engine, ENDLESS)
        stream = engine.stream(ENDLESS)
        begun = await anext(stream)
        pid = engine.decoder_pid
        assert pid
        os.kill(pid, signal.SIGSTOP)
        async with asyncio.timeout(SILENT_PINGS * PING_SECONDS + 60):
            assert begun + await joined(stream) == whole
        assert engine.decoder_restarts == 1
        assert not is_alive(pid)
    assert "has not answered for a while" in caplog.text


@pytest.mark.slow
async def test_a_stop_does_not_wait_for_a_decoder_that_hangs(library: Library) -> None:
    async with Engine(library) as engine:
        stream = engine.stream(ENDLESS)
        assert await anext(stream)
        pid = engine.decoder_pid
        assert pid
        os.kill(pid, signal.SIGSTOP)
        stopping_at = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - stopping_at < SILENT_PINGS * PING_SECONDS
    assert not is_alive(pid)


@pytest.mark.slow
async def test_a_decoder_that_hangs_takes_any_number_of_texts_without_blocking_the_bot(library: Library) -> None:
    async with Engine(library, max_running=1000) as engine:
        pid = engine.decoder_pid
        assert pid
        os.kill(pid, signal.SIGSTOP)
        streams = [engine.stream(ROMEO.with_params(stop="x" * 1000, seed=seed)) for seed in range(1000)]
        await asyncio.sleep(0)  # more than a pipe holds
        os.kill(pid, signal.SIGCONT)
        for stream in streams:
            await stream.aclose()
        assert len(await written(engine, ROMEO)) == 200


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the end of its input has to do")
def test_the_decoder_ends_with_the_bot_even_while_it_hangs(checkpoints: Path, tmp_path: Path) -> None:
    program = f"""
import asyncio, os, signal
from pathlib import Path
from tempera.models.engine.engine import Engine
from tempera.models.library import Library

async def main():
    async with Engine(Library(Path({str(checkpoints)!r}))) as engine:
        os.kill(engine.decoder_pid, signal.SIGSTOP)
        print(engine.decoder_pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""
    bot = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=tmp_path)
    try:
        assert bot.stdout
        pid = int(bot.stdout.readline())
        assert is_alive(pid)
    finally:
        bot.kill()
        bot.communicate()
    asyncio.run(until(lambda: not is_alive(pid)))


@pytest.mark.slow
async def test_the_decoder_is_bounded_and_behind_the_bot(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "a.secret.token")
    monkeypatch.setenv("DATABASE_PASSWORD", "secret")
    async with Engine(library, memory_mb=100) as engine:
        await written(engine, ROMEO)
        proc = Path(f"/proc/{engine.decoder_pid}")
        limits = {line[:25].strip(): line[26:].split()[0] for line in (proc / "limits").read_text().splitlines()}
        assert int(limits["Max data size"]) == 4 * 100 * 2**20 + 512 * 2**20
        assert limits["Max core file size"] == "0"
        niceness = (proc / "stat").read_text().rsplit(")", 1)[1].split()[16]
        assert int(niceness) == min(19, os.nice(0) + 5)
        assert b"secret" not in (proc / "environ").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_decoder_closes_what_it_inherits(checkpoints: Path, tmp_path: Path) -> None:
    """As from uvloop, which passes on what the bot has open, such as its database."""
    command = [sys.executable, "-m", "tempera.models.decoder", str(checkpoints), str(2**29), "1"]
    with (tmp_path / "database").open("w") as inherited:
        decoder = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[inherited.fileno()], cwd=ROOT
        )
    assert decoder.stdout
    assert json.loads(decoder.stdout.readline())["ready"]
    handles = [str(path.readlink()) for path in Path(f"/proc/{decoder.pid}/fd").iterdir()]
    decoder.communicate()
    assert handles
    assert not [name for name in handles if name.startswith(str(tmp_path))]


def test_the_decoder_is_given_only_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPERA_DISCORD_API_URL", "http://x")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    given = decoder_environment()
    assert given["LC_ALL"] == "C.UTF-8"
    assert not given.keys() & {"TEMPERA_DISCORD_API_URL", "AWS_SECRET_ACCESS_KEY", "DISCORD_TOKEN"}


def test_what_the_system_refuses_is_said_and_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    attempt("do the impossible", lambda: resource.setrlimit(-1, (0, 0)))
    assert capsys.readouterr().err.startswith("The decoder can't do the impossible here: ")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other limits")
def test_a_limit_that_is_lower_already_stays(checkpoints: Path) -> None:
    command = f'ulimit -d 300000; exec "{sys.executable}" -m tempera.models.decoder "{checkpoints}" {2**30} 1'
    run = subprocess.run(
        ["/bin/sh", "-c", command], input="", capture_output=True, text=True, timeout=60, check=True, cwd=ROOT
    )
    assert json.loads(run.stdout)["ready"]
    assert "can't" not in run.stderr


def test_texts_are_given_all_at_once_until_the_decoder_dies() -> None:
    admissions = Admissions()
    assert admissions.next([1, 2, 3]) == [1, 2, 3]
    assert admissions.next([1, 2, 3]) == []
    admissions.wrote(1)
    assert admissions.died([1, 2, 3]) == []
    assert admissions.next([1, 2, 3, 4]) == [1]
    assert admissions.next([1, 2, 3, 4]) == [], "the first has to write something before the next is given"
    admissions.wrote(1)
    assert admissions.next([1, 2, 3, 4]) == [2]
    admissions.wrote(2)
    assert admissions.next([1, 2, 3, 4]) == [3]
    assert admissions.died([1, 2, 3, 4]) == []
    assert [admissions.next([3])] == [[3]]
    assert admissions.died([1, 2, 3, 4]) == [3]
    admissions.left(3)
    assert admissions.next([1, 2, 4]) == [1, 2, 4]


def test_a_decoder_that_never_comes_up_gives_up_its_texts() -> None:
    admissions = Admissions()
    assert [admissions.died([1, 2]) for _ in range(MAX_DEATHS)] == [[], [], [1, 2]]
