"""What decodes, in words, and what the decoder's process is started with; stand-ins speak for other processors."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path

import pytest

from tempera.models.engine.engine import Engine
from tempera.models.engine.variants import FORCED_BY, PLAIN_NAMES, description, installed_variant
from tempera.models.errors import DecoderFailed
from tempera.models.library import Library
from tests.patience import until

pytestmark = pytest.mark.slow
NOT_COMPILED = "the kernel was not compiled: no C compiler was found when Tempera was installed"
INSTALL = "See that there is a C compiler (apt install gcc libc6-dev on Debian and Ubuntu), then: make clean run"


@dataclass(frozen=True)
class StandIn:
    """A program in the decoder's place: it says which variant it is, and keeps what it was started with."""

    folder: Path

    def saying(self, variant: str, reason: str | None = None, *, until: str = "cat > /dev/null") -> str:
        return self.printing(json.dumps({"ready": True, "variant": variant, "reason": reason}), until)

    def printing(self, line: str, until: str = "cat > /dev/null") -> str:
        python = self.folder / "python"
        keeping = f'echo "$@" > "{self.folder}/arguments"; env > "{self.folder}/environment"'
        python.write_text(f"#!/bin/sh\n{keeping}\necho '{line}'\n[ \"$3\" = --variant ] || {until}\n")
        python.chmod(0o755)
        return str(python)

    def arguments(self) -> list[str]:
        return (self.folder / "arguments").read_text(encoding="utf-8").split()

    def environment(self) -> list[str]:
        return (self.folder / "environment").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    monkeypatch.delenv(FORCED_BY, raising=False)
    return StandIn(tmp_path)


def decoding_lines(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    return [
        (record.levelno, record.message) for record in caplog.records if record.name == "tempera.models.engine.engine"
    ]


def test_a_fast_variant_has_a_plain_name() -> None:
    assert description("avx2", None, 1) == "AVX2 on 1 thread"
    assert description("avx512-vnni", None, 4) == "AVX-512 VNNI on 4 threads"
    assert all(name not in PLAIN_NAMES for name in PLAIN_NAMES.values())
    assert description("of tomorrow", None, 1) == "of tomorrow on 1 thread"


async def test_a_fast_decoder_is_told_in_one_line_of_the_log(
    stand_in: StandIn, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with Engine(library, python=stand_in.saying("neon-dot"), threads=2) as engine:
        assert (engine.variant, engine.slow_reason) == ("neon-dot", None)
    assert decoding_lines(caplog) == [(logging.INFO, "Decoding with NEON with dot products on 2 threads")]


async def test_a_slow_decoder_is_a_warning_with_reason_and_remedy(
    stand_in: StandIn, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with Engine(library, python=stand_in.saying("specification", NOT_COMPILED)) as engine:
        assert (engine.variant, engine.slow_reason) == ("specification", NOT_COMPILED)
    said = f"Decoding with NumPy on 1 thread. Slow, because {NOT_COMPILED}. {INSTALL}"
    assert decoding_lines(caplog) == [(logging.WARNING, said)]


async def test_what_no_one_can_help_is_no_warning(
    stand_in: StandIn, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    reason = "this processor has no instructions that the kernel knows how to use."
    async with Engine(library, python=stand_in.saying("specification", reason)):
        pass
    assert decoding_lines(caplog) == [(logging.INFO, f"Decoding with NumPy on 1 thread. Slow, because {reason}")]


async def test_every_start_of_the_decoder_is_told(
    stand_in: StandIn, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    """A stand-in that ends is started again, and then says something else."""
    caplog.set_level(logging.INFO)
    async with Engine(library, python=stand_in.saying("avx2", until="read line")) as engine:
        stand_in.saying("amx")
        engine._decoder.send({})
        await until(lambda: engine.variant == "amx")
    assert [line for _, line in decoding_lines(caplog)] == [
        "Decoding with AVX2 on 1 thread",
        "Decoding with AMX on 1 thread",
    ]


@pytest.mark.parametrize("variant", ["specification", "generic"])
def test_who_forces_a_slow_variant_is_told_to_stop_that(variant: str) -> None:
    said = description(variant, f"{FORCED_BY} asks for it", 1)
    assert said.endswith(f"Slow, because {FORCED_BY} asks for it. Unset {FORCED_BY}, then start Tempera again.")


def test_what_is_slow_for_another_reason_is_not_helped_by_asking_for_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FORCED_BY, "avx2")
    assert description("specification", NOT_COMPILED, 1).endswith(INSTALL)


@pytest.mark.parametrize(("variant", "reason"), [("avx2", None), ("specification", NOT_COMPILED)])
def test_a_decoder_can_be_asked_without_an_engine(stand_in: StandIn, variant: str, reason: str | None) -> None:
    assert installed_variant(stand_in.saying(variant, reason)) == (variant, reason)
    assert stand_in.arguments() == ["-m", "tempera.models.decoder", "--variant"]


@pytest.mark.parametrize("line", ["", "[]", "{}", "Segmentation fault"])
def test_a_decoder_that_does_not_say_is_a_failure(stand_in: StandIn, line: str) -> None:
    with pytest.raises(DecoderFailed, match="did not say how it decodes"):
        installed_variant(stand_in.printing(line))


def test_a_decoder_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(DecoderFailed, match="did not say how it decodes"):
        installed_variant(str(tmp_path / "nothing"))


def test_a_decoder_that_fails_after_it_has_spoken_is_a_failure(stand_in: StandIn) -> None:
    python = stand_in.printing('{"variant": "avx2", "reason": null}')
    with Path(python).open("a", encoding="utf-8") as file:
        file.write("exit 3\n")
    with pytest.raises(DecoderFailed, match="exit status 3"):
        installed_variant(python)


async def test_the_decoder_is_told_memory_and_threads(stand_in: StandIn, library: Library) -> None:
    async with Engine(library, python=stand_in.saying("avx2"), memory_mb=100, threads=3):
        assert stand_in.arguments() == ["-m", "tempera.models.decoder", str(library.folder), "104857600", "3"]


async def test_the_decoder_gets_the_environment_but_no_token(
    stand_in: StandIn, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "s3cret")
    monkeypatch.setenv(FORCED_BY, "avx2")
    async with Engine(library, python=stand_in.saying("avx2")):
        started_with = stand_in.environment()
    installed_variant(stand_in.saying("avx2"))
    for environment in (started_with, stand_in.environment()):
        assert f"{FORCED_BY}=avx2" in environment
        assert not [line for line in environment if "DISCORD_TOKEN" in line or "s3cret" in line]
