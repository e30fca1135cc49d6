"""The engine and its decoder process: streaming, joining, cancelling, and surviving a kill."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tempera.models.arithmetic import ARITHMETIC
from tempera.models.engine.engine import Engine
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import BadCheckpoint, DecoderFailed, EngineBusy, UnknownModel
from tempera.models.formats.checkpoint_files import WEIGHTS_FILE
from tempera.models.library import Library
from tempera.models.sampling_params import SamplingParams
from tests.fixtures_models import write_small
from tests.patience import until

pytestmark = pytest.mark.slow
ROMEO = SampleRequest(model="tiny", prompt="ROMEO:", params=SamplingParams(temperature=0.9, length=200, seed=7))
LONG = ROMEO.with_params(length=4000)
ENDLESS = ROMEO.with_params(length=300_000)  # lasts a second even with so small a network


@pytest.fixture(scope="module")
async def engine(checkpoints: Path) -> AsyncIterator[Engine]:
    """One for all tests that leave it as it was: a decoder that is killed comes back."""
    async with Engine(Library(checkpoints)) as engine:
        yield engine


@pytest.fixture(scope="module")
async def narrow(checkpoints: Path) -> AsyncIterator[Engine]:
    """One that writes a single text at a time and lets two wait, for tests that leave it idle."""
    async with Engine(Library(checkpoints), max_running=1, max_waiting=2) as engine:
        yield engine


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("changing")


@pytest.fixture(scope="module")
async def changing(folder: Path) -> AsyncIterator[Engine]:
    """One whose networks the tests write, each under names of its own, and damage or replace."""
    async with Engine(Library(folder)) as engine:
        yield engine


async def written(engine: Engine, request: SampleRequest) -> str:
    return await joined(engine.stream(request))


async def joined(stream: AsyncIterator[str]) -> str:
    async with asyncio.timeout(60):
        return "".join([piece async for piece in stream])


async def test_a_text_has_its_length_and_its_seed(engine: Engine) -> None:
    first = await written(engine, ROMEO)
    assert len(first) == 200
    assert await written(engine, ROMEO) == first
    assert await written(engine, ROMEO.with_params(seed=8)) != first


async def test_a_text_comes_in_pieces(engine: Engine) -> None:
    pieces = [piece async for piece in engine.stream(LONG)]
    assert len(pieces) > 50
    assert all(pieces)


async def test_same_seed_same_text_alone_and_among_64_others(engine: Engine) -> None:
    request = ROMEO.with_params(length=400)
    alone = await written(engine, request)
    others = [
        replace(ROMEO, prompt="A" * (1 + seed)).with_params(
            seed=seed, length=20 + 9 * seed, temperature=seed % 5 / 2, top_k=seed % 3
        )
        for seed in range(63)
    ]
    together = [engine.stream(other) for other in others[:40]]
    middle = engine.stream(request)
    together += [engine.stream(other) for other in others[40:]]
    texts = asyncio.gather(*(joined(stream) for stream in together))
    assert await joined(middle) == alone
    assert [len(text) for text in await texts] == [other.params.length for other in others]


async def test_greedy_needs_no_seed(engine: Engine) -> None:
    greedy = ROMEO.with_params(temperature=0.0)
    assert await written(engine, greedy) == await written(engine, greedy.with_params(seed=1))
    assert await written(engine, ROMEO.with_params(top_k=1)) == await written(engine, greedy)


async def test_a_text_ends_before_its_stop_string(engine: Engine) -> None:
    whole = await written(engine, LONG)
    stop = whole[300:303]
    text = await written(engine, LONG.with_params(stop=stop))
    assert text == whole[: whole.index(stop)]


async def test_a_stop_string_that_never_comes_loses_nothing(engine: Engine) -> None:
    whole = await written(engine, ROMEO)
    assert await written(engine, ROMEO.with_params(stop=whole[-1] + "\n\n\n\n")) == whole


async def test_going_on_from_a_text_draws_the_next_numbers(engine: Engine) -> None:
    whole = await written(engine, ROMEO)
    rest = ROMEO.after(whole[:50]).with_params(length=150)
    assert (rest.first_draw, rest.prompt) == (50, "ROMEO:" + whole[:50])
    assert await written(engine, rest) == whole[50:]


async def test_two_networks_write_at_the_same_time(engine: Engine) -> None:
    other = replace(ROMEO, model="other", prompt="romeo ")
    texts = await asyncio.gather(written(engine, ROMEO), written(engine, other), written(engine, ROMEO))
    assert texts[0] == texts[2]
    assert set(texts[1]) <= set("\n abcdefghijklmnopqrstuvwxyz")


async def test_closing_a_stream_frees_its_place_within_a_turn(narrow: Engine) -> None:
    stream, *waiting = [narrow.stream(ENDLESS.with_params(seed=seed)) for seed in range(3)]
    assert await anext(stream)
    with pytest.raises(EngineBusy):
        narrow.stream(ROMEO)
    await stream.aclose()
    last = narrow.stream(ROMEO)
    for other in waiting:
        await other.aclose()
    assert len(await joined(last)) == 200
    assert len([piece async for piece in stream]) < ENDLESS.params.length / 100, "what had come before; then it ends"
    await stream.aclose()


async def test_the_decoder_stops_working_on_closed_streams(engine: Engine) -> None:
    streams = [engine.stream(LONG.with_params(seed=seed)) for seed in range(32)]
    assert await anext(streams[-1])
    for stream in streams:
        await stream.aclose()
    assert await written(engine, ROMEO.with_params(length=1))  # every message before it has been read
    worked = processor_ticks(engine)
    await asyncio.sleep(0.5)
    assert processor_ticks(engine) - worked <= 2


def processor_ticks(engine: Engine) -> int:
    """Hundredths of a second that the decoder has computed so far (proc(5))."""
    fields = Path(f"/proc/{engine.decoder_pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


async def test_a_full_queue_says_place_and_wait(narrow: Engine) -> None:
    streams = [narrow.stream(LONG.with_params(seed=seed)) for seed in range(3)]
    with pytest.raises(EngineBusy) as refused:
        narrow.stream(ROMEO)
    assert (refused.value.queue_position, refused.value.limit) == (3, 2)
    assert 0 < refused.value.expected_wait_seconds < 60
    await streams[1].aclose()
    waiting = narrow.stream(ROMEO)
    assert len(await joined(streams[0])) == 4000
    assert len(await joined(streams[2])) == 4000
    assert len(await joined(waiting)) == 200


async def test_a_stream_knows_its_place_and_when_it_may_end(narrow: Engine) -> None:
    streams = [narrow.stream(LONG.with_params(seed=seed)) for seed in range(3)]
    assert [stream.queue_position for stream in streams] == [0, 1, 2]
    ends = [stream.expected_seconds for stream in streams]
    assert 0 < ends[0] < ends[1] <= ends[2] < 60
    await streams[1].aclose()
    assert [stream.queue_position for stream in streams] == [0, 0, 1]
    assert len(await joined(streams[0])) == 4000
    assert len(await joined(streams[2])) == 4000
    assert [(stream.queue_position, stream.expected_seconds) for stream in streams] == [(0, 0)] * 3


async def test_an_unknown_model_is_refused_at_once(engine: Engine) -> None:
    with pytest.raises(UnknownModel):
        engine.stream(replace(ROMEO, model="nobody"))


async def test_a_killed_decoder_comes_back_and_texts_go_on_as_does_one_asked_for_meanwhile(engine: Engine) -> None:
    whole, short = await asyncio.gather(written(engine, ENDLESS), written(engine, ROMEO))
    streams = [engine.stream(ENDLESS.with_params(seed=seed)) for seed in (7, 8)]
    begun = [await anext(stream) for stream in streams]
    first_pid = engine.decoder_pid
    assert first_pid
    os.kill(first_pid, signal.SIGKILL)
    assert await written(engine, ROMEO) == short
    texts = [start + await joined(stream) for start, stream in zip(begun, streams, strict=True)]
    assert [len(text) for text in texts] == [ENDLESS.params.length] * 2
    assert texts[0] == whole
    assert engine.decoder_pid not in {None, first_pid}


async def test_a_text_that_kills_the_decoder_again_and_again_is_given_up(engine: Engine) -> None:
    stream = engine.stream(replace(ENDLESS, prompt="A"))
    killer = asyncio.create_task(_keep_killing(engine))
    with pytest.raises(DecoderFailed):
        await joined(stream)
    killer.cancel()
    assert len(await written(engine, ROMEO)) == 200


async def _keep_killing(engine: Engine) -> None:
    while True:
        if engine.decoder_pid:
            with suppress(ProcessLookupError):  # it has ended, and the engine does not know yet
                os.kill(engine.decoder_pid, signal.SIGKILL)
        await asyncio.sleep(0.005)


async def test_damaged_weights_fail_one_text_and_spare_the_others(changing: Engine, folder: Path) -> None:
    whole = write_small(folder, "whole")
    broken = write_small(folder, "broken")
    content = bytearray((broken / WEIGHTS_FILE).read_bytes())
    content[-3] ^= 255
    (broken / WEIGHTS_FILE).write_bytes(content)
    good = changing.stream(replace(LONG, model=whole.name))
    with pytest.raises(BadCheckpoint) as refused:
        await joined(changing.stream(replace(ROMEO, model=broken.name)))
    assert refused.value.path == broken / WEIGHTS_FILE
    assert len(await joined(good)) == 4000


async def test_a_text_never_goes_on_with_another_networks_weights(changing: Engine, folder: Path) -> None:
    write_small(folder, "tiny")
    stream = changing.stream(ENDLESS)
    assert await anext(stream)
    write_small(folder, "tiny", scale=3.0)
    assert len(await written(changing, ROMEO)) == 200, "new texts are written with the new weights"
    assert changing.decoder_pid
    os.kill(changing.decoder_pid, signal.SIGKILL)
    with pytest.raises(BadCheckpoint, match="replaced"):
        await joined(stream)


async def test_a_decoder_that_cannot_be_started_for_a_while_is_tried_again(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    python = tmp_path / "python"
    write_interpreter(python)
    async with Engine(library, python=str(python)) as engine:
        stream = engine.stream(ENDLESS)
        assert await anext(stream)
        assert engine.decoder_pid
        python.unlink()
        os.kill(engine.decoder_pid, signal.SIGKILL)
        await until(lambda: "could not be started" in caplog.text)
        write_interpreter(python)
        assert len(await joined(stream)) > ENDLESS.params.length // 2
    assert "has ended with code -9" in caplog.text


def write_interpreter(path: Path) -> None:
    path.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    path.chmod(0o755)


async def test_the_decoder_ends_with_its_engine(library: Library) -> None:
    async with Engine(library) as engine:
        pid = engine.decoder_pid
        stream = engine.stream(LONG)
    assert pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(DecoderFailed):
        await joined(stream)


async def test_the_first_piece_is_timed(engine: Engine) -> None:
    stream = engine.stream(ROMEO)
    assert stream.first_piece_seconds is None
    await joined(stream)
    assert 0 < (stream.first_piece_seconds or 0) < 30


async def test_a_text_says_in_which_arithmetic_it_was_written_once_it_has_begun(engine: Engine) -> None:
    stream = engine.stream(ROMEO)
    assert stream.arithmetic == ""
    await joined(stream)
    assert stream.arithmetic == ARITHMETIC
