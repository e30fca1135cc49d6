"""The messages for errors."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from discord import app_commands

from tempera.bot.exceptions import (
    BadEntry,
    BadPresetValue,
    ClickRunning,
    FormGone,
    GuildQueueFull,
    NotTheirs,
    PresetBuiltIn,
    StillWriting,
    TextGone,
    TooLongToContinue,
    TooManyRunning,
)
from tempera.bot.replies.errors.message import error_message
from tempera.models.errors import (
    BadCheckpoint,
    BadRecipe,
    Bf16Missing,
    DecoderFailed,
    DeviceMissing,
    EngineBusy,
    InvalidRequest,
    InvalidSamplingParam,
    MissingExtra,
    ModelsError,
    NoPairs,
    NothingToScore,
    PictureFailed,
    PromptEmpty,
    RunFinished,
    StopImpossible,
    UnknownLanguage,
    UnknownModel,
    WorkerEnded,
)
from tempera.models.formats.write_errors import NotEnoughSpace, NotWritten
from tempera.storage.errors import (
    CoolingDown,
    DatabaseDamaged,
    DatabaseGone,
    DatabaseReadOnly,
    DiskFailing,
    DiskFull,
    PresetLimitReached,
    PresetNameTaken,
    StorageBusy,
    UnknownPreset,
)

EXAMPLES = (
    UnknownModel("x", ()),
    UnknownModel("x", tuple(f"model-{number}" for number in range(100))),
    BadCheckpoint(Path("/secret/place"), "is truncated"),
    UnknownLanguage("tiny", "xx", ("en", "fr")),
    PromptEmpty("tiny", tuple("漢字\n*")),
    EngineBusy(3, 64, 12.4),
    InvalidRequest("first_draw"),
    InvalidSamplingParam("temperature", 9, "0 to 2"),
    InvalidSamplingParam("stop", 5, "a text"),
    DecoderFailed("it died"),
    PromptEmpty("tiny", ()),
    StorageBusy("database is locked"),
    DiskFull("full"),
    DiskFailing("disk I/O error"),
    DatabaseReadOnly("read-only"),
    DatabaseDamaged("malformed"),
    DatabaseGone("deleted"),
    CoolingDown(12.0),
    TooManyRunning(3, 0.2),
    TooManyRunning(1, 5),
    GuildQueueFull(16, 90),
    GuildQueueFull(0, 0),
    ClickRunning(),
    FormGone(),
    TextGone(),
    StillWriting(),
    NotTheirs(),
    TooLongToContinue(12000),
    PresetNameTaken("x"),
    PresetNameTaken("x", shared=True),
    PresetLimitReached(9),
    PresetLimitReached(9, shared=True),
    UnknownPreset("x" * 100, ()),
    UnknownPreset("x", ("x",)),
    UnknownPreset("x", tuple(f"{'x' * 30}{number}" for number in range(100))),
    BadPresetValue("language", "x", ("English",)),
    BadPresetValue("name", "\n"),
    BadEntry("seed", "x"),
    PresetBuiltIn("safe"),
    app_commands.CommandNotFound("x", []),
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("error", EXAMPLES, ids=repr)
def test_every_foreseen_error_has_words_that_fit_a_message(error: Exception) -> None:
    line = error_message(error, "en-US", NOW)
    assert line
    assert len(line) < 1000
    assert "/secret" not in line
    assert line[0].isupper() or isinstance(error, PromptEmpty | EngineBusy | UnknownLanguage)


def test_no_error_that_models_raise_for_a_user_is_without_words() -> None:
    at_the_command_line_only = {BadRecipe, NothingToScore, MissingExtra, DeviceMissing, Bf16Missing, WorkerEnded}
    at_the_command_line_only |= {NoPairs, NotEnoughSpace, NotWritten, RunFinished, StopImpossible}
    caught = {PictureFailed}  # there are words instead
    assert set(ModelsError.__subclasses__()) - at_the_command_line_only - caught <= {type(error) for error in EXAMPLES}


def test_an_unexpected_error_has_no_words() -> None:
    assert error_message(RuntimeError("x"), "en-US", NOW) is None


@pytest.mark.parametrize("dropped", [(), ("\u200b",), ("\n", "\u3000", "\ufeff")], ids=ascii)
def test_a_prompt_without_anything_to_see_is_called_that(dropped: tuple[str, ...]) -> None:
    assert error_message(PromptEmpty("tiny", dropped), "en-US", NOW) == "Your prompt has no visible characters."


def test_characters_that_show_nothing_of_their_own_are_named_by_number() -> None:
    said = error_message(PromptEmpty("tiny", ("漢", "\u0301", "\n", "*", "\U0010fffd")), "en-US", NOW)
    assert said
    assert said.startswith("tiny knows none of the characters in your prompt: 漢, U+0301, U+000A, \\*, U+10FFFD\n")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PresetLimitReached(1), "You already have 1 preset"),
        (PresetLimitReached(2), "You already have 2 presets"),
        (PresetLimitReached(1, shared=True), "This server already shares 1 preset"),
        (GuildQueueFull(1, 5), "This server already has 1 text waiting"),
    ],
    ids=repr,
)
def test_one_is_not_counted_as_many(error: Exception, words: str) -> None:
    assert (error_message(error, "en-US", NOW) or "").startswith(words)
