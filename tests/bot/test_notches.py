"""`temperature:` completes with named notches of the model that would write, and a number with itself."""

from collections.abc import Mapping
from typing import Any

import pytest

from tempera.bot.commands.options.notches import notches
from tempera.bot.config.settings import ModelOverrides
from tempera.models.formats.card import read_card, write_card
from tempera.sandbox.state.errors import InvalidOption
from tempera.storage import presets
from tempera.storage.servers import channel_settings
from tests.bot.conftest import Room, row_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
OVERRIDES = {"other": ModelOverrides(temperature=0.5, max_temperature=1.2)}
SECTIONS = {"models": {"overrides": OVERRIDES}}
USUAL = ["careful · 0.4", "default · 0.8", "as trained · 1", "wild · 1.5"]
OTHERS = ["careful · 0.3", "default · 0.5", "as trained · 1", "wild · 1.2"]


async def offered(room: Room, typed: Any = "", command: str = "generate", **options: Any) -> Mapping[str, object]:
    found = await room.sandbox.autocomplete(command, "temperature", typed, **options)
    return {choice.name: choice.value for choice in found}


@pytest.mark.parametrize(
    ("default", "limit", "named"),
    [
        (0.7, 2.0, {0.4: ["careful"], 0.7: ["default"], 1.0: ["as trained"], 1.5: ["wild"]}),
        (0.5, 2.0, {0.3: ["careful"], 0.5: ["default"], 1.0: ["as trained"], 1.5: ["wild"]}),
        (1.0, 2.0, {0.5: ["careful"], 1.0: ["default", "as trained"], 1.5: ["wild"]}),
        (0.3, 0.5, {0.2: ["careful"], 0.3: ["default"], 0.5: ["as trained", "wild"]}),
        (0.0, 0.0, {0.0: ["careful", "default", "as trained", "wild"]}),
    ],
)
async def test_notches_follow_the_models_default_up_to_its_limit(
    default: float, limit: float, named: dict[float, list[str]]
) -> None:
    assert notches(default, limit) == named


@pytest.mark.parametrize("command", ["generate", "dial", "preset save"])
async def test_the_notches_are_those_of_the_model_that_is_named(room: Room, command: str) -> None:
    assert list(await offered(room, command=command)) == USUAL
    found = await offered(room, command=command, model="other")
    assert list(found) == OTHERS
    assert list(found.values()) == [0.3, 0.5, 1.0, 1.2]
    assert list(await offered(room, command=command, model="nobody")) == USUAL


async def test_the_notches_follow_a_preset_and_the_channel(room: Room) -> None:
    database, sandbox = room.bot.resources.database, room.sandbox
    await presets.save_preset(database, sandbox.alice.id, "gru", presets.PresetValues(model="other"), limit=5)
    assert list(await offered(room, preset="gru")) == OTHERS
    assert list(await offered(room, preset="nobody's")) == USUAL
    server = channel_settings.SERVER
    await channel_settings.change(database, sandbox.guild.id, server, model="other", params={"temperature": 0.9})
    try:
        assert list(await offered(room))[:2] == ["careful · 0.5", "default · 0.9"]
    finally:
        await channel_settings.reset(database, sandbox.guild.id, server)


async def test_the_default_notch_is_the_one_in_the_models_card(room: Room) -> None:
    folder = room.bot.resources.library.path("tiny")
    before = read_card(folder)
    write_card(folder, before.model_copy(update={"default_temperature": 1.0}))
    try:
        assert list(await offered(room)) == ["careful · 0.5", "default, as trained · 1", "wild · 1.5"]
    finally:
        write_card(folder, before)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("0.65", {"0.65": 0.65}),
        (0.65, {"0.65": 0.65}),
        ("0,65", {"0,65": 0.65}),
        ("1", {"1": 1.0}),
        ("2", {"2": 2.0}),
        ("wi", {"wild · 1.5": 1.5}),
        ("TRAINED", {"as trained · 1": 1.0}),
        ("5", {}),  # not "wild · 1.5", which Enter would choose
        ("nan", {}),
        ("warm", {}),
    ],
)
async def test_a_number_completes_to_itself_and_a_name_to_its_notch(
    room: Room, typed: Any, found: dict[str, float]
) -> None:
    assert await offered(room, typed) == found


async def test_any_other_number_can_be_typed_and_is_still_checked(room: Room) -> None:
    message = await (await room.play(prompt="Oh", temperature=0.123)).answered()
    assert (await row_of(room, message)).params["temperature"] == 0.123
    with pytest.raises(InvalidOption, match="must be from 0 to 2"):
        await room.play(prompt="Oh", temperature=2.1)


async def test_without_an_option_the_temperature_of_the_card_is_used(room: Room) -> None:
    folder = room.bot.resources.library.path("tiny")
    before = read_card(folder)
    write_card(folder, before.model_copy(update={"default_temperature": 0.6}))
    try:
        message = await (await room.play(prompt="Oh")).answered()
        assert (await row_of(room, message)).params["temperature"] == 0.6
        settings = await (await room.sandbox.invoke("settings")).answered()
        assert "**temperature 0.6** · default of tiny" in settings.content
    finally:
        write_card(folder, before)
